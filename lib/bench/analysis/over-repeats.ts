import type { LatencySummary, LoadResult } from '../model/load-result.ts';
import { type Estimate, type RepeatFigure, repeatsInterval } from '../stats/interval.ts';
import { meanOf, sum } from '../stats/moments.ts';

type Window = Pick<LoadResult, 'requestRatePerSecond' | 'durationSeconds'>;

/** Correct answers inside some windows ÷ their length, in requests a second. NaN for no windows. */
export const pooledRate = (windows: readonly Window[]): number =>
  sum(windows.map((window) => window.requestRatePerSecond * window.durationSeconds)) /
  sum(windows.map((window) => window.durationSeconds));

/** The rate of one repeat. It is a count of whole answers, known no better than to one of them. */
export const rateOfRepeat = ({ requestRatePerSecond, durationSeconds }: Window): RepeatFigure => ({
  value: requestRatePerSecond,
  leastError: 1 / (requestRatePerSecond * durationSeconds),
});

/** The same, with its interval over the repeats, each of which has one of the windows. */
export const rateEstimate = (windows: readonly Window[]): Estimate => {
  const value = pooledRate(windows);
  return { value, interval: repeatsInterval(value, windows.map(rateOfRepeat)) };
};

/**
 * The mean over repeats of each repeat's median: the figure of the study of 2021. It is not a percentile; the row's `p50Ms` is.
 * Repeats without an answer have no median; undefined without any other.
 */
export const averageOfMedians = (
  latencies: readonly Pick<LatencySummary, 'count' | 'p50Ms'>[],
): number | undefined => {
  const medians = latencies.filter(({ count }) => count > 0).map(({ p50Ms }) => p50Ms);
  return medians.length === 0 ? undefined : meanOf(medians);
};
