import type { EChartsOption, SeriesOption } from 'echarts';
import type { AxisScale } from './axis-scale.ts';
import { chartAxis } from './chart-axis.ts';
import { GRID, INK, pathTextInk } from './chart-colours.ts';
import type { ChartLine } from './chart-line.ts';
import { legendPlaces, type LegendPlaces } from './legend-places.ts';
import { lineSeries, seriesOf } from './line-series.ts';
import { CHART_WIDTH, panelPlaces, panelTitles, type PanelPlace } from './panel-places.ts';
import { renderChart } from './render-chart.ts';

/** Lines over one pair of axes. */
export interface ChartPanel {
  /** Above the panel; absent where the chart has only one. */
  readonly title?: string;
  readonly x: AxisScale;
  readonly y: AxisScale;
  readonly lines: readonly ChartLine[];
  /** A value that lines are held against, as the bound of an objective. */
  readonly bound?: { readonly y: number; readonly label: string };
  /** From the left edge up to this value, what is not to be read as the steady state. */
  readonly shadedUntilX?: number;
}

export interface LineChart {
  readonly name: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly panels: readonly ChartPanel[];
  /** What the other strokes are, for the legend. */
  readonly keys: readonly {
    readonly label: string;
    readonly stroke: Exclude<ChartLine['stroke'], 'solid'>;
  }[];
}

const LEGEND_LEFT = 14;
const LEGEND_TOP = 4;
const BELOW_LEGEND = 14;

const isNamed = ({ title }: ChartPanel, { label, stroke }: ChartLine): boolean =>
  stroke === 'solid' && label !== title;

/** Paths first, unless the titles of the panels name them; then what the other strokes are. */
const legendEntries = (chart: LineChart): readonly { label: string; path?: number }[] => {
  const named = chart.panels.flatMap((panel) => panel.lines.filter((line) => isNamed(panel, line)));
  return [...new Map(named.map((line) => [line.label, line])).values(), ...chart.keys];
};

const boundSeries = ({ bound, shadedUntilX, x, y }: ChartPanel, axis: number): SeriesOption[] =>
  bound === undefined && shadedUntilX === undefined
    ? []
    : [
        {
          type: 'line',
          silent: true,
          xAxisIndex: axis,
          yAxisIndex: axis,
          data: [],
          ...(bound === undefined
            ? {}
            : {
                markLine: {
                  silent: true,
                  symbol: 'none',
                  lineStyle: { color: INK.light, type: [2, 3], width: 1.25 },
                  label: { formatter: bound.label, color: INK.light, position: 'insideEndTop' },
                  data: [{ yAxis: y.toAxis(bound.y) }],
                },
              }),
          ...(shadedUntilX === undefined
            ? {}
            : {
                markArea: {
                  silent: true,
                  itemStyle: { color: GRID.light, opacity: 0.6 },
                  data: [[{ xAxis: x.min ?? 'min' }, { xAxis: x.toAxis(shadedUntilX) }]],
                },
              }),
        },
      ];

const optionOf = (
  chart: LineChart,
  drawn: readonly SeriesOption[],
  legend: LegendPlaces,
  places: readonly PanelPlace[],
): EChartsOption => {
  const entries = legendEntries(chart);
  const [first] = chart.panels;
  if (first === undefined) return {};
  return {
    grid: places.map(({ left, top, width, height }) => ({ left, top, width, height })),
    // One legend an entry: the library would place them by its guess of the text widths, which lets them overlap.
    legend: legend.places.map(({ label, left, top }, index) => {
      const path = entries[index]?.path;
      return {
        left: left + LEGEND_LEFT,
        top: top + LEGEND_TOP,
        itemWidth: 30,
        itemHeight: 10,
        padding: 0,
        selectedMode: false,
        textStyle: { color: path === undefined ? INK.light : pathTextInk(path), fontSize: 13 },
        data: [label],
      };
    }),
    title: panelTitles(
      chart.panels.map(({ title }) => title),
      places,
    ),
    xAxis: chart.panels.map((panel, index) => ({
      ...chartAxis(panel.x, places[index]?.isLast === true ? chart.xTitle : '', 32, index),
      splitLine: { show: false },
    })),
    yAxis: chart.panels.map((panel, index) =>
      chartAxis(panel.y, places[index]?.isFirst === true ? chart.yTitle : '', 48, index),
    ),
    series: [
      ...drawn,
      ...chart.panels.flatMap((panel, index) => boundSeries(panel, index)),
      ...chart.keys.map(({ label, stroke }) =>
        lineSeries(
          { x: first.x, y: first.y, axis: 0 },
          { label, stroke, marker: 'circle', points: [] },
          label,
        ),
      ),
    ],
  };
};

/** Draws lines in one panel or in several small ones. Of the lines of one path only the solid one is in the legend. */
export const drawLineChart = (chart: LineChart): string => {
  const labels = legendEntries(chart).map(({ label }) => label);
  const legend = legendPlaces(labels, CHART_WIDTH - LEGEND_LEFT);
  const drawn = chart.panels.flatMap((panel, axis) =>
    seriesOf({ x: panel.x, y: panel.y, axis }, panel.lines, (line) =>
      isNamed(panel, line) ? line.label : undefined,
    ),
  );
  const { places, height } = panelPlaces(
    chart.panels.length,
    legend.height + LEGEND_TOP + BELOW_LEGEND,
  );
  return renderChart(
    chart.name,
    optionOf(
      chart,
      drawn.map(({ option }) => option),
      legend,
      places,
    ),
    { width: CHART_WIDTH, height },
    (series, point) => drawn[series]?.line?.points[point]?.tip,
  );
};
