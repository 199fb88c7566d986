import { medianOf, sum } from './moments.ts';

/** How a figure changed over time. */
export interface Trend {
  /** First and last value of the Theil–Sen line, within the range of the measured values. */
  readonly from: number;
  readonly to: number;
  /** Whether chance would cause such a trend in less than 1 % of cases (Mann–Kendall test). */
  readonly isSure: boolean;
}

/** The 99.5th percentile of the normal distribution: 1 % for both sides together. */
const SURE = 2.576;

const MIN_VALUES = 8;

/**
 * The trend of values at equal distances; undefined for fewer than eight. Neighbours that depend on each other look like a trend, so
 * pass the medians of {@link stretches}.
 *
 * The Theil–Sen slope is the median of the slopes of all pairs of values. The Mann–Kendall test compares the number of rising pairs with
 * that of falling ones.
 *
 * @see Mann (1945), Sen (1968). Without the correction for ties, the test is more cautious.
 */
export const trendOf = (values: readonly number[]): Trend | undefined => {
  const count = values.length;
  if (count < MIN_VALUES) return undefined;
  const pairs = values.flatMap((from, at) =>
    values.slice(at + 1).map((to, index) => ({ step: to - from, distance: index + 1 })),
  );
  const netRises = sum(pairs.map(({ step }) => Math.sign(step)));
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const slope = medianOf(pairs.map(({ step, distance }) => step / distance));
  const centre = medianOf(values);
  const halfRise = (slope * (count - 1)) / 2;
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const withinRange = (value: number): number => Math.min(Math.max(value, lowest), highest);
  return {
    from: withinRange(centre - halfRise),
    to: withinRange(centre + halfRise),
    // 1 is the correction for continuity.
    isSure: (Math.abs(netRises) - 1) / deviation > SURE,
  };
};

/** Splits values into stretches of equal length and returns the median of each; empty for fewer values than stretches. */
export const stretches = (values: readonly number[], count: number): readonly number[] => {
  const size = Math.floor(values.length / count);
  return size === 0
    ? []
    : Array.from({ length: count }, (_, at) => medianOf(values.slice(at * size, (at + 1) * size)));
};
