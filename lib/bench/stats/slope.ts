import { meanOf, squaresOf, sum } from './moments.ts';

/** A point of a group; each group has its own level. */
export interface SlopePoint {
  readonly group: string;
  readonly x: number;
  readonly y: number;
}

/** The common slope of groups of points, with its standard error. */
export interface Slope {
  readonly slope: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
}

/** The distances of values from the mean of their group. */
const centred = (
  points: readonly SlopePoint[],
  valueOf: (point: SlopePoint) => number,
): readonly number[] => {
  const groups = new Map<string, number[]>();
  for (const point of points) {
    const values = groups.get(point.group);
    if (values === undefined) groups.set(point.group, [valueOf(point)]);
    else values.push(valueOf(point));
  }
  const means = new Map([...groups].map(([group, values]) => [group, meanOf(values)]));
  return points.map((point) => valueOf(point) - (means.get(point.group) ?? 0));
};

/** The least-squares slope of points whose groups differ in level only. */
export const slopeOf = (points: readonly SlopePoint[]): Slope => {
  const xs = centred(points, ({ x }) => x);
  const ys = centred(points, ({ y }) => y);
  const squares = sum(xs.map((x) => x ** 2));
  const slope = sum(xs.map((x, at) => x * (ys[at] ?? 0))) / squares;
  const groups = new Set(points.map(({ group }) => group)).size;
  const degreesOfFreedom = points.length - groups - 1;
  const residuals = ys.map((y, at) => y - slope * (xs[at] ?? 0));
  return {
    slope,
    standardError: Math.sqrt(squaresOf(residuals) / degreesOfFreedom / squares),
    degreesOfFreedom,
  };
};
