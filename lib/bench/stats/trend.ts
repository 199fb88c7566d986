import { medianOf } from './moments.ts';

/** How a figure moved over a time. */
export interface Trend {
  /** Its middle at the beginning and at the end of the slope through all values, Theil and Sen, within what was measured. */
  readonly from: number;
  readonly to: number;
  /** Whether chance is an unlikely cause: below 1 %, Mann and Kendall. */
  readonly isSure: boolean;
}

/** The 99.5th percentile of the normal distribution: 1 % on both sides together. */
const SURE = 2.576;

/** Fewer values are no trend. */
const LEAST_VALUES = 8;

/**
 * The trend of values at equal distances; undefined for fewer than eight. Neighbours that depend on each other look like a trend, so
 * callers give the medians of stretches.
 *
 * @see Mann (1945), Sen (1968); without the correction for ties, which makes it less sure.
 */
export const trendOf = (values: readonly number[]): Trend | undefined => {
  const count = values.length;
  if (count < LEAST_VALUES) return undefined;
  const pairs = values.flatMap((from, at) =>
    values.slice(at + 1).map((to, behind) => ({ step: to - from, distance: behind + 1 })),
  );
  const rises = pairs.reduce((total, { step }) => total + Math.sign(step), 0);
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const slope = medianOf(pairs.map(({ step, distance }) => step / distance));
  const centre = medianOf(values);
  const reach = (slope * (count - 1)) / 2;
  const measured = (value: number): number =>
    Math.min(Math.max(value, Math.min(...values)), Math.max(...values));
  return {
    from: measured(centre - reach),
    to: measured(centre + reach),
    isSure: (Math.abs(rises) - 1) / deviation > SURE,
  };
};

/** The medians of so many stretches of equal length. */
export const stretches = (values: readonly number[], count: number): readonly number[] => {
  const size = Math.floor(values.length / count);
  return size === 0
    ? []
    : Array.from({ length: count }, (_, at) => medianOf(values.slice(at * size, (at + 1) * size)));
};
