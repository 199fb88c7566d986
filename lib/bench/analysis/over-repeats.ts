import type { LatencySummary, LoadResult } from '../model/load-result.ts';
import { meanOf, medianOf, sum } from '../stats/moments.ts';
import type { OverRepeats } from './summary-row.ts';

/**
 * Joins the figure over all repeats with the range of the single repeats. Undefined for no repeats.
 *
 * The least and the greatest of n independent repeats enclose the median of their distribution with a probability of
 * 1 − 2·(1/2)ⁿ: 75 % for three, 93.75 % for five.
 */
export const overRepeats = (value: number, singles: readonly number[]): OverRepeats | undefined =>
  singles.length === 0
    ? undefined
    : { value, min: Math.min(...singles), max: Math.max(...singles) };

/** Correct answers inside some windows ÷ their length, in requests a second. NaN for no windows. */
export const pooledRate = (
  windows: readonly Pick<LoadResult, 'requestRatePerSecond' | 'durationSeconds'>[],
): number =>
  sum(windows.map((window) => window.requestRatePerSecond * window.durationSeconds)) /
  sum(windows.map((window) => window.durationSeconds));

/** The median of the singles with their range. Undefined for none. */
export const medianOverRepeats = (singles: readonly number[]): OverRepeats | undefined =>
  overRepeats(medianOf(singles), singles);

/**
 * The mean over repeats of each repeat's median, with its range: the figure of the study of 2021. It is not a percentile; the
 * row's `p50Ms` is. Repeats without an answer have no median.
 */
export const averageOfMedians = (
  latencies: readonly Pick<LatencySummary, 'count' | 'p50Ms'>[],
): OverRepeats | undefined => {
  const medians = latencies.filter(({ count }) => count > 0).map(({ p50Ms }) => p50Ms);
  return overRepeats(meanOf(medians), medians);
};
