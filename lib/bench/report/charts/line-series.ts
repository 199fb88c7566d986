import type { CustomSeriesOption, LineSeriesOption, SeriesOption } from 'echarts';
import { MUTED, targetTextInk, SURFACE } from './chart-colours.ts';
import { brokenLineSeries, STANDING_STROKES } from './broken-line.ts';
import { isBroken, lineInk, type ChartLine, type ChartPoint } from './chart-line.ts';
import { axesOf, onAxis, type SeriesPlace } from './series-place.ts';
import { shapeSeries } from './shape-series.ts';

const { weak: WEAK, failing: FAILING } = STANDING_STROKES;

const STROKES = {
  solid: { type: 'solid', width: 2, size: 8 },
  dotted: { type: [1, 4], width: 1.5, size: 5 },
  dashed: { type: [7, 5], width: 1.5, size: 6 },
  hollow: { type: 'solid', width: 0, size: 11 },
  weak: { type: WEAK.dash, width: 2, size: 8 },
  failing: { type: FAILING.dash, width: 2, size: 8 },
} as const;

const hollowStyle = (line: ChartLine) => ({
  color: SURFACE.light,
  borderColor: lineInk(line),
  borderWidth: 1.5,
});

const failingStyle = (line: ChartLine) => ({ ...hollowStyle(line), opacity: FAILING.opacity });

const markerStyle = (line: ChartLine) => {
  if (line.stroke === 'hollow') return hollowStyle(line);
  if (line.stroke === 'failing') return failingStyle(line);
  if (line.stroke === 'weak') return { color: lineInk(line), opacity: WEAK.opacity };
  // The legend would give a marker to a line that has none.
  return {
    color: lineInk(line),
    opacity: line.stroke === 'dashed' || line.marker === 'none' ? 0 : 1,
  };
};

/** How a point differs from the others of its line. */
const pointStyle = (line: ChartLine, { fails, faint }: ChartPoint) => {
  if (fails === true) return { itemStyle: failingStyle(line) };
  return faint === true ? { itemStyle: { opacity: WEAK.opacity } } : {};
};

const pointData = ({ x, y }: SeriesPlace, line: ChartLine, point: ChartPoint) => ({
  value: [x.toAxis(point.x), y.toAxis(point.y)],
  ...pointStyle(line, point),
  ...(point.isUnmarked === true ? { symbol: 'none' } : {}),
  ...(point.label === undefined
    ? {}
    : {
        label: {
          show: true,
          formatter: point.label,
          position: 'right' as const,
        },
      }),
});

/** A line with its markers. In the legend stand only those that bear a name there. */
export const lineSeries = (
  place: SeriesPlace,
  line: ChartLine,
  legendName?: string,
): LineSeriesOption => {
  const { stroke, label, path } = line;
  const { type, width, size } = STROKES[stroke];
  return {
    type: 'line',
    ...axesOf(place),
    name: legendName ?? `${label}, ${stroke}, ${place.axis}`,
    data: line.points.map((point) => pointData(place, line, point)),
    symbol: stroke === 'dashed' ? 'none' : line.marker,
    symbolSize: line.markerSize ?? size,
    showAllSymbol: true,
    itemStyle: markerStyle(line),
    // As dark beside a faint point as beside any other: it says which load that is.
    label: {
      color: path === undefined ? MUTED.light : targetTextInk(path),
      fontSize: 12,
      opacity: 1,
    },
    labelLayout: { hideOverlap: true },
    lineStyle: {
      color: lineInk(line),
      width: isBroken(line) ? 0 : width,
      type: typeof type === 'string' ? type : [...type],
      ...(stroke === 'weak' || stroke === 'failing'
        ? { opacity: STANDING_STROKES[stroke].opacity }
        : {}),
      cap: stroke === 'dotted' ? 'round' : 'butt',
    },
  };
};

/** Thin bars from the least to the greatest repeat. */
const rangeSeries = (place: SeriesPlace, line: ChartLine): CustomSeriesOption[] => {
  const data = line.points.flatMap(({ x, min, max }) =>
    min === undefined || max === undefined || min === max
      ? []
      : [[place.x.toAxis(x), onAxis(place, min), onAxis(place, max)]],
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

/** So many bands over each other are as dark as one that hides nothing. */
const BANDS = { opacity: 0.16, full: 4, least: 0.05 } as const;

/** A band along the line, over the points that have one; the fainter, the more lines there are. */
const bandSeries = (place: SeriesPlace, line: ChartLine, lines: number): CustomSeriesOption[] => {
  const banded = line.points.flatMap(({ x, low, high }) =>
    low === undefined || high === undefined ? [] : [{ x, low, high }],
  );
  if (banded.length < 2) return [];
  return [
    shapeSeries(place, (placeOf) => ({
      type: 'polygon',
      shape: {
        points: [
          ...banded.map(({ x, high }) => placeOf({ x, y: high })),
          ...banded.toReversed().map(({ x, low }) => placeOf({ x, y: low })),
        ],
      },
      style: {
        fill: lineInk(line),
        opacity: Math.max(BANDS.least, BANDS.opacity * Math.min(1, BANDS.full / lines)),
      },
    })),
  ];
};

/** The line itself where it is drawn in pieces. */
const piecesOf = (place: SeriesPlace, line: ChartLine): CustomSeriesOption[] => {
  const { type, width } = STROKES[line.stroke];
  return brokenLineSeries(place, line, { width, dash: type === 'solid' ? undefined : type });
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
  ...lines.flatMap((line) => bandSeries(place, line, lines.length)).map((option) => ({ option })),
  ...lines.flatMap((line) => rangeSeries(place, line)).map((option) => ({ option })),
  ...lines.flatMap((line) => piecesOf(place, line)).map((option) => ({ option })),
  ...lines.map((line) => ({ option: lineSeries(place, line, legendName(line)), line })),
];
