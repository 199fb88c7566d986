import type { CustomSeriesOption } from 'echarts';
import { isBroken, lineInk, standingOf, type ChartLine, type ChartPoint } from './chart-line.ts';
import type { PointStanding } from './chart-line.ts';
import type { SeriesPlace } from './series-place.ts';
import { shapeSeries } from './shape-series.ts';

/** How a part of a line is drawn by what its points are worth. */
export const STANDING_STROKES = {
  sound: { opacity: 1 },
  weak: { dash: [7, 4], opacity: 0.5 },
  failing: { dash: [3, 4], opacity: 0.6 },
} as const satisfies Readonly<
  Record<PointStanding, { readonly dash?: readonly number[]; readonly opacity: number }>
>;

/** A part of a line, with points on both of its ends. */
export interface LinePiece {
  /** Of the weaker one of any two points that it joins. */
  readonly standing: PointStanding;
  readonly points: readonly ChartPoint[];
}

const RANKS: Readonly<Record<PointStanding, number>> = { sound: 0, weak: 1, failing: 2 };

const weaker = (one: PointStanding, other: PointStanding): PointStanding =>
  RANKS[one] < RANKS[other] ? other : one;

/** Cuts a line where it comes to points that are worth more or less, and where it leaves them. */
export const linePieces = (points: readonly ChartPoint[]): readonly LinePiece[] => {
  const pieces: { readonly standing: PointStanding; readonly points: ChartPoint[] }[] = [];
  let from: ChartPoint | undefined;
  for (const to of points) {
    if (from !== undefined) {
      const standing = weaker(standingOf(from), standingOf(to));
      const last = pieces.at(-1);
      if (last?.standing === standing) last.points.push(to);
      else pieces.push({ standing, points: [from, to] });
    }
    from = to;
  }
  return pieces;
};

/**
 * A line in its pieces, as the chart library has one dash a line. None for a line whose points are all worth the same.
 *
 * @param stroke how its sound pieces are drawn
 */
export const brokenLineSeries = (
  place: SeriesPlace,
  line: ChartLine,
  stroke: { readonly width: number; readonly dash: readonly number[] | undefined },
): CustomSeriesOption[] => {
  if (!isBroken(line)) return [];
  const pieces = linePieces(line.points);
  return [
    shapeSeries(place, (placeOf) => ({
      type: 'group',
      children: pieces.map(({ standing, points }) => {
        const own = STANDING_STROKES[standing];
        // A line that is dotted by itself stays so, and is fainter.
        const dash = stroke.dash ?? ('dash' in own ? own.dash : undefined);
        return {
          type: 'polyline' as const,
          shape: { points: points.map(placeOf) },
          style: {
            fill: 'none',
            stroke: lineInk(line),
            lineWidth: stroke.width,
            ...(dash === undefined ? {} : { lineDash: [...dash] }),
            ...(own.opacity === 1 ? {} : { opacity: own.opacity }),
          },
        };
      }),
    })),
  ];
};
