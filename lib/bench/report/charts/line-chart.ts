import type { CustomSeriesOption, EChartsOption, LineSeriesOption } from 'echarts';
import type { AxisScale } from './axis-scale.ts';
import { GRID, INK, MUTED, SURFACE, type ChartColour } from './chart-colours.ts';
import { legendPlaces, type LegendPlaces } from './legend-places.ts';
import { renderChart } from './render-chart.ts';

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** Range over repeats, drawn as a thin bar. */
  readonly min?: number;
  readonly max?: number;
  /** Drawn faintly: too few requests to claim the figure. */
  readonly faint?: boolean;
}

export interface ChartLine {
  readonly label: string;
  readonly colour: ChartColour;
  readonly marker: string;
  /** Solid with filled markers; dotted with small hollow ones; dashed without. */
  readonly stroke: 'solid' | 'dotted' | 'dashed';
  readonly points: readonly ChartPoint[];
}

export interface LineChart {
  readonly name: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly x: AxisScale;
  readonly y: AxisScale;
  readonly lines: readonly ChartLine[];
  /** What dotted and dashed lines are, for the legend. */
  readonly keys: readonly { readonly label: string; readonly stroke: 'dotted' | 'dashed' }[];
}

const WIDTH = 640;
const PLOT_HEIGHT = 290;
const LEGEND_LEFT = 14;
const LEGEND_TOP = 4;
const DASH = { solid: 'solid', dotted: [1, 4], dashed: [7, 5] } as const;

const markerStyle = ({ stroke, colour }: ChartLine) => {
  if (stroke === 'dotted') {
    return { color: SURFACE.light, borderColor: colour.light, borderWidth: 1.5 };
  }
  // The legend would give a marker to a line that has none.
  return { color: colour.light, opacity: stroke === 'dashed' ? 0 : 1 };
};

const lineSeries = (
  chart: LineChart,
  line: ChartLine,
  inLegend = line.stroke === 'solid',
): LineSeriesOption => ({
  type: 'line',
  silent: true,
  // Only what the legend lists may bear its name.
  name: inLegend ? line.label : `${line.label}, ${line.stroke}`,
  data: line.points.map((point) => ({
    value: [chart.x.toAxis(point.x), chart.y.toAxis(point.y)],
    ...(point.faint === true ? { itemStyle: { opacity: 0.35 } } : {}),
  })),
  symbol: line.stroke === 'dashed' ? 'none' : line.marker,
  symbolSize: line.stroke === 'solid' ? 8 : 6,
  itemStyle: markerStyle(line),
  lineStyle: {
    color: line.colour.light,
    width: line.stroke === 'solid' ? 2 : 1.5,
    type: line.stroke === 'solid' ? 'solid' : [...DASH[line.stroke]],
    cap: line.stroke === 'dotted' ? 'round' : 'butt',
  },
});

/** Thin bars from the least to the greatest repeat. */
const rangeSeries = (chart: LineChart, line: ChartLine): CustomSeriesOption[] => {
  const data = line.points.flatMap(({ x, min, max }) =>
    min === undefined || max === undefined || min === max
      ? []
      : [[chart.x.toAxis(x), chart.y.toAxis(min), chart.y.toAxis(max)]],
  );
  if (data.length === 0) return [];
  return [
    {
      type: 'custom',
      silent: true,
      data,
      encode: { x: 0, y: [1, 2] },
      renderItem: (_, api) => {
        const [left = 0, bottom = 0] = api.coord([api.value(0), api.value(1)]);
        const [, top = 0] = api.coord([api.value(0), api.value(2)]);
        const stroke = { stroke: line.colour.light, lineWidth: 1.25, opacity: 0.75 };
        const cap = (y: number) => ({
          type: 'line' as const,
          shape: { x1: left - 4, x2: left + 4, y1: y, y2: y },
          style: stroke,
        });
        const bar = {
          type: 'line' as const,
          shape: { x1: left, x2: left, y1: bottom, y2: top },
          style: stroke,
        };
        return { type: 'group', children: [bar, cap(bottom), cap(top)] };
      },
    },
  ];
};

const axis = (scale: AxisScale, title: string, gap: number) => {
  const values = scale.ticks?.map((tick) => tick.at);
  const custom = values === undefined ? {} : { customValues: values };
  const textAt = new Map(scale.ticks?.map((tick) => [tick.at, tick.text]));
  return {
    type: 'value' as const,
    name: title,
    nameLocation: 'middle' as const,
    nameGap: gap,
    nameTextStyle: { color: INK.light, fontSize: 13 },
    ...(scale.min === undefined ? {} : { min: scale.min }),
    ...(scale.max === undefined ? {} : { max: scale.max }),
    axisLabel: {
      color: MUTED.light,
      fontSize: 12,
      hideOverlap: true,
      showMinLabel: true,
      formatter: (value: number): string => textAt.get(value) ?? String(value),
      ...custom,
    },
    axisLine: { show: true, onZero: false, lineStyle: { color: MUTED.light } },
    axisTick: { show: true, lineStyle: { color: MUTED.light }, ...custom },
    splitLine: { lineStyle: { color: GRID.light }, ...custom },
  };
};

/** Paths first, then what dotted and dashed lines are. */
const legendLabels = (chart: LineChart): string[] => [
  ...chart.lines.filter((line) => line.stroke === 'solid').map((line) => line.label),
  ...chart.keys.map((key) => key.label),
];

const optionOf = (chart: LineChart, { places, height }: LegendPlaces): EChartsOption => {
  const keySeries = chart.keys.map((key) =>
    lineSeries(chart, { ...key, colour: MUTED, marker: 'circle', points: [] }, true),
  );
  return {
    grid: { left: 66, right: 18, top: height + LEGEND_TOP + 14, bottom: 54, containLabel: false },
    // One legend an entry: the library would place them by its guess of the text widths, which lets them overlap.
    legend: places.map(({ label, left, top }) => ({
      left: left + LEGEND_LEFT,
      top: top + LEGEND_TOP,
      itemWidth: 30,
      itemHeight: 10,
      padding: 0,
      selectedMode: false,
      textStyle: { color: INK.light, fontSize: 13 },
      data: [label],
    })),
    xAxis: { ...axis(chart.x, chart.xTitle, 32), splitLine: { show: false } },
    yAxis: axis(chart.y, chart.yTitle, 48),
    series: [
      ...chart.lines.flatMap((line) => rangeSeries(chart, line)),
      ...chart.lines.map((line) => lineSeries(chart, line)),
      ...keySeries,
    ],
  };
};

/** Draws lines over levels. Lines with the same label are one path: of them only the solid one is in the legend. */
export const drawLineChart = (chart: LineChart): string => {
  const legend = legendPlaces(legendLabels(chart), WIDTH - LEGEND_LEFT);
  return renderChart(chart.name, optionOf(chart, legend), {
    width: WIDTH,
    height: legend.height + LEGEND_TOP + PLOT_HEIGHT + 68,
  });
};
