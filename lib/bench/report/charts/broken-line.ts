import type { CustomSeriesOption } from 'echarts';
import { hasFailing, lineInk, type ChartLine, type ChartPoint } from './chart-line.ts';
import { axesOf, type SeriesPlace } from './series-place.ts';

/** How lines through points that fail a gate are drawn. */
export const FAILING_DASH = [3, 4] as const;
export const FAILING_OPACITY = 0.6;

/** A part of a line, with points on both of its ends. */
export interface LinePiece {
  readonly fails: boolean;
  readonly points: readonly ChartPoint[];
}

/** Cuts a line where it comes to points that fail, and where it leaves them. */
export const linePieces = (points: readonly ChartPoint[]): readonly LinePiece[] => {
  const pieces: { readonly fails: boolean; readonly points: ChartPoint[] }[] = [];
  let from: ChartPoint | undefined;
  for (const to of points) {
    if (from !== undefined) {
      const fails = from.fails === true || to.fails === true;
      const last = pieces.at(-1);
      if (last?.fails === fails) last.points.push(to);
      else pieces.push({ fails, points: [from, to] });
    }
    from = to;
  }
  return pieces;
};

/** A solid line in its pieces, as the chart library has one dash a line. None for a line of which no point fails. */
export const brokenLineSeries = (place: SeriesPlace, line: ChartLine): CustomSeriesOption[] => {
  if (line.stroke !== 'solid' || !hasFailing(line)) return [];
  const { x, y } = place;
  const pieces = linePieces(line.points);
  return [
    {
      type: 'custom',
      ...axesOf(place),
      silent: true,
      clip: true,
      data: [[0]],
      renderItem: (_, api) => ({
        type: 'group',
        children: pieces.map(({ fails, points }) => ({
          type: 'polyline' as const,
          shape: {
            points: points.map((point) => api.coord([x.toAxis(point.x), y.toAxis(point.y)])),
          },
          style: {
            fill: 'none',
            stroke: lineInk(line),
            lineWidth: 2,
            ...(fails ? { lineDash: [...FAILING_DASH], opacity: FAILING_OPACITY } : {}),
          },
        })),
      }),
    },
  ];
};
