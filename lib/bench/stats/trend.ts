import { meanOf, squaresOf, sum, medianOf } from './moments.ts';
import { number, object, type Static } from '../../../serving-configs/schema.ts';

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

export const trendSchema = object(
  {
    from: number(
      'First and last value of the Theil–Sen line, within the range of the measured values.',
    ),
    to: number(),
    change: object(
      { low: number(), high: number() },
      'The 99 % interval of the change between these two.',
    ),
  },
  'How a figure changed over time.',
);
export interface Trend extends Static<typeof trendSchema> {}

/** The 99.5th percentile of the normal distribution: 1 % for both sides together. */
const QUANTILE = 2.576;

const MIN_VALUES = 8;

/**
 * How many times the variance of the Mann–Kendall statistic that of independent values is, because neighbours are alike: 1 + 2·Σ (1 − k ÷
 * n)·ρₖ, with the autocorrelations ρₖ of the ranks of what remains without the trend, up to the first that is not positive. A sample's
 * autocorrelations are too low by about 1 ÷ n, which is added.
 *
 * @see Hamed and Rao (1998), A modified Mann–Kendall trend test for autocorrelated data, Journal of Hydrology 204
 */
const varianceFactor = (residuals: readonly number[]): number => {
  const count = residuals.length;
  // Twice the distance of each rank from the mean rank.
  const deviations = residuals.map((value) =>
    sum(residuals.map((other) => Math.sign(value - other))),
  );
  const squares = sum(deviations.map((deviation) => deviation ** 2));
  let factor = 1;
  for (let lag = 1; lag <= count / 4; lag += 1) {
    const products = deviations.slice(lag).map((later, at) => later * (deviations[at] ?? 0));
    const correlation = sum(products) / squares + 1 / count;
    // NaN, if all values lie on the line, counts as none.
    if (!(correlation > 0)) break;
    factor += 2 * (1 - lag / count) * correlation;
  }
  return factor;
};

const within = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

/**
 * The trend of values at equal distances; undefined for fewer than eight.
 *
 * The Theil–Sen slope is the median of the slopes of all pairs of values. Its interval lies between two other slopes in their order: those
 * at which the Mann–Kendall test, which compares the number of rising pairs with that of falling ones, would just find the rest of the trend
 * significant. Outliers hardly move either.
 *
 * @see Sen (1968), Estimates of the regression coefficient based on Kendall's tau, JASA 63. Without the correction for ties, the interval
 *   is wider.
 */
export const trendOf = (values: readonly number[]): Trend | undefined => {
  const count = values.length;
  if (count < MIN_VALUES) return undefined;
  const slopes = values
    .flatMap((from, at) => values.slice(at + 1).map((to, index) => (to - from) / (index + 1)))
    .toSorted((a, b) => a - b);
  const slope = medianOf(slopes);
  const factor = varianceFactor(values.map((value, at) => value - slope * at));
  const deviation = Math.sqrt((factor * count * (count - 1) * (2 * count + 5)) / 18);
  const below = Math.floor((slopes.length - QUANTILE * deviation) / 2) - 1;

  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const changeBy = (most: number): number =>
    within(most * (count - 1), lowest - highest, highest - lowest);
  const centre = medianOf(values);
  const halfRise = (slope * (count - 1)) / 2;
  return {
    from: within(centre - halfRise, lowest, highest),
    to: within(centre + halfRise, lowest, highest),
    change: {
      low: changeBy(slopes[below] ?? -Infinity),
      high: changeBy(slopes[slopes.length - 1 - below] ?? Infinity),
    },
  };
};
