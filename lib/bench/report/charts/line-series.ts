import type { CustomSeriesOption, LineSeriesOption, SeriesOption } from 'echarts';
import type { AxisScale } from './axis-scale.ts';
import { MUTED, pathTextInk, SURFACE } from './chart-colours.ts';
import { lineInk, type ChartLine, type ChartPoint } from './chart-line.ts';

/** Where lines are drawn: the scales of a panel and the number of its axes. */
export interface SeriesPlace {
  readonly x: AxisScale;
  readonly y: AxisScale;
  readonly axis: number;
}

const DASH = { solid: 'solid', dotted: [1, 4], dashed: [7, 5], hollow: 'solid' } as const;

const axesOf = ({ axis }: SeriesPlace) => ({ xAxisIndex: axis, yAxisIndex: axis });

const markerStyle = (line: ChartLine) => {
  if (line.stroke === 'dotted' || line.stroke === 'hollow') {
    return { color: SURFACE.light, borderColor: lineInk(line), borderWidth: 1.5 };
  }
  // The legend would give a marker to a line that has none.
  return { color: lineInk(line), opacity: line.stroke === 'dashed' ? 0 : 1 };
};

const pointData = ({ x, y }: SeriesPlace, point: ChartPoint) => ({
  value: [x.toAxis(point.x), y.toAxis(point.y)],
  ...(point.faint === true ? { itemStyle: { opacity: 0.35 } } : {}),
  ...(point.label === undefined
    ? {}
    : { label: { show: true, formatter: point.label, position: 'right' as const } }),
});

/** A line with its markers. In the legend stand only those that bear a name there. */
export const lineSeries = (
  place: SeriesPlace,
  line: ChartLine,
  legendName?: string,
): LineSeriesOption => {
  const { stroke, label, path } = line;
  return {
    type: 'line',
    ...axesOf(place),
    name: legendName ?? `${label}, ${stroke}, ${place.axis}`,
    data: line.points.map((point) => pointData(place, point)),
    symbol: stroke === 'dashed' ? 'none' : line.marker,
    symbolSize: line.markerSize ?? (stroke === 'solid' || stroke === 'hollow' ? 8 : 6),
    showAllSymbol: true,
    itemStyle: markerStyle(line),
    label: { color: path === undefined ? MUTED.light : pathTextInk(path), fontSize: 11 },
    labelLayout: { hideOverlap: true },
    lineStyle: {
      color: lineInk(line),
      width: stroke === 'hollow' ? 0 : stroke === 'solid' ? 2 : 1.5,
      type: typeof DASH[stroke] === 'string' ? DASH[stroke] : [...DASH[stroke]],
      cap: stroke === 'dotted' ? 'round' : 'butt',
    },
  };
};

/** Thin bars from the least to the greatest repeat. */
const rangeSeries = (place: SeriesPlace, line: ChartLine): CustomSeriesOption[] => {
  const data = line.points.flatMap(({ x, min, max }) =>
    min === undefined || max === undefined || min === max
      ? []
      : [[place.x.toAxis(x), place.y.toAxis(min), place.y.toAxis(max)]],
  );
  if (data.length === 0) return [];
  return [
    {
      type: 'custom',
      ...axesOf(place),
      silent: true,
      data,
      encode: { x: 0, y: [1, 2] },
      renderItem: (_, api) => {
        const [left = 0, bottom = 0] = api.coord([api.value(0), api.value(1)]);
        const [, top = 0] = api.coord([api.value(0), api.value(2)]);
        const stroke = { stroke: lineInk(line), lineWidth: 1.25, opacity: 0.75 };
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

/** A band along the line, over the points that have one. */
const bandSeries = (place: SeriesPlace, line: ChartLine): CustomSeriesOption[] => {
  const banded = line.points.flatMap(({ x, low, high }) =>
    low === undefined || high === undefined
      ? []
      : [{ x: place.x.toAxis(x), low: place.y.toAxis(low), high: place.y.toAxis(high) }],
  );
  if (banded.length < 2) return [];
  return [
    {
      type: 'custom',
      ...axesOf(place),
      silent: true,
      clip: true,
      data: [[0]],
      renderItem: (_, api) => ({
        type: 'polygon',
        shape: {
          points: [
            ...banded.map(({ x, high }) => api.coord([x, high])),
            ...banded.toReversed().map(({ x, low }) => api.coord([x, low])),
          ],
        },
        style: { fill: lineInk(line), opacity: 0.16 },
      }),
    },
  ];
};

export interface DrawnSeries {
  readonly option: SeriesOption;
  /** Whose points the series shows; absent for bands and bars. */
  readonly line?: ChartLine;
}

/** Everything that is drawn for the lines of a panel: bands lowest, then bars, then the lines. */
export const seriesOf = (
  place: SeriesPlace,
  lines: readonly ChartLine[],
  legendName: (line: ChartLine) => string | undefined,
): readonly DrawnSeries[] => [
  ...lines.flatMap((line) => bandSeries(place, line)).map((option) => ({ option })),
  ...lines.flatMap((line) => rangeSeries(place, line)).map((option) => ({ option })),
  ...lines.map((line) => ({ option: lineSeries(place, line, legendName(line)), line })),
];
