import type { EChartsOption, SeriesOption } from 'echarts';
import type { AxisScale } from './axis-scale.ts';
import { chartAxis } from './chart-axis.ts';
import { INK, targetInk, targetTextInk } from './chart-colours.ts';
import { hasStanding, type ChartLine } from './chart-line.ts';
import { legendPlaces, type LegendPlaces } from './legend-places.ts';
import { lineSeries, seriesOf } from './line-series.ts';
import { markSeries, type PanelMarks } from './panel-marks.ts';
import { CHART_WIDTH, panelPlaces, panelTitles, type PanelPlace } from './panel-places.ts';
import { renderChart } from './render-chart.ts';

/** Lines over one pair of axes. */
export interface ChartPanel extends PanelMarks {
  /** Above the panel; absent where the chart has only one. */
  readonly title?: string;
  readonly x: AxisScale;
  readonly y: AxisScale;
  readonly lines: readonly ChartLine[];
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
  /** Why points fail, for the legend; by a check where it is not given. */
  readonly failingWords?: string;
}

const LEGEND_LEFT = 14;
const LEGEND_TOP = 4;
const BELOW_LEGEND = 14;

const isNamed = ({ title }: ChartPanel, { label, stroke }: ChartLine): boolean =>
  stroke === 'solid' && label !== title;

/** Keys to how the chart draws points that are not sound, where it draws any. */
const standingKeys = ({ panels, failingWords = 'fails a check' }: LineChart): LineChart['keys'] => {
  // Dashed lines have no markers, and what they are does not depend on the checks of a target.
  const lines = panels.flatMap((panel) => panel.lines).filter(({ stroke }) => stroke !== 'dashed');
  const has = (standing: 'weak' | 'failing'): boolean =>
    lines.some((line) => hasStanding(line, standing));
  return [
    ...(has('weak') ? [{ label: 'too few answers', stroke: 'weak' } as const] : []),
    ...(has('failing') ? [{ label: failingWords, stroke: 'failing' } as const] : []),
  ];
};

interface LegendEntry {
  readonly label: string;
  readonly path?: number;
  readonly stroke: ChartLine['stroke'];
}

/** Targets first, unless the titles of the panels name them; then what the other strokes are. */
const legendEntries = (chart: LineChart): readonly LegendEntry[] => {
  const named = chart.panels.flatMap((panel) => panel.lines.filter((line) => isNamed(panel, line)));
  return [...new Map(named.map((line) => [line.label, line])).values(), ...chart.keys];
};

/** The sign of a target is that of a whole line, also where its series leaves the line to its pieces. */
const legendSign = ({ path, stroke }: Omit<LegendEntry, 'label'>) =>
  path === undefined || stroke !== 'solid'
    ? {}
    : { lineStyle: { color: targetInk(path), width: 2, type: 'solid' as const } };

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
      const { path, stroke = 'solid' } = entries[index] ?? {};
      return {
        left: left + LEGEND_LEFT,
        top: top + LEGEND_TOP,
        itemWidth: 30,
        itemHeight: 10,
        padding: 0,
        selectedMode: false,
        textStyle: { color: path === undefined ? INK.light : targetTextInk(path), fontSize: 13 },
        data: [{ name: label, ...legendSign({ stroke, ...(path === undefined ? {} : { path }) }) }],
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
      ...chart.panels.flatMap((panel, axis) =>
        markSeries(
          { x: panel.x, y: panel.y, axis },
          panel,
          panel.lines.flatMap(({ points }) => points.map(({ y }) => y)),
        ),
      ),
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

/** Draws lines in one panel or in several small ones. Of the lines of one target only the solid one is in the legend. */
export const drawLineChart = (drawnChart: LineChart): string => {
  const chart = { ...drawnChart, keys: [...drawnChart.keys, ...standingKeys(drawnChart)] };
  const labels = legendEntries(chart).map(({ label }) => label);
  const legend = legendPlaces(labels, CHART_WIDTH - LEGEND_LEFT);
  const drawn = chart.panels.flatMap((panel, axis) =>
    seriesOf({ x: panel.x, y: panel.y, axis }, panel.lines, (line) =>
      isNamed(panel, line) ? line.label : undefined,
    ),
  );
  const { places, height } = panelPlaces(
    chart.panels.map(({ title }) => title),
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
