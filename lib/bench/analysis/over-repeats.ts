import { BenchError } from '../model/errors.ts';
import type { LatencySummary, LoadResult } from '../model/load-result.ts';
import {
  type Distribution,
  mergeDistributions,
  percentileOfRepeat,
  percentilesOf,
  readDistribution,
} from '../stats/distribution.ts';
import { MICROSECONDS_PER_MS } from '../stats/histogram.ts';
import { type Estimate, type RepeatFigure, repeatsInterval } from '../stats/interval.ts';
import { meanOf, sum } from '../stats/moments.ts';

/**
 * The distribution of an encoded histogram.
 *
 * @param what it is of, for errors
 * @throws BenchError if it cannot be read
 */
export const readHistogram = (what: string, histogram: string): Distribution => {
  try {
    return readDistribution(histogram);
  } catch (error) {
    throw new BenchError(
      'BENCH_DAMAGED',
      `results.jsonl is damaged: the histogram of ${what} cannot be read`,
      {
        hint: 'delete that line, and --resume repeats its measurement; or start a new run',
        cause: error,
      },
    );
  }
};

/** The distributions of the repeats with answers, in microseconds, and of all of them together. */
export interface Latencies {
  readonly repeats: readonly Distribution[];
  readonly merged: Distribution;
}

/**
 * Merges the latencies of repeats, one distribution each: the histograms are added bucket by bucket, so that percentiles are those of
 * all answers, which a mean of the repeats' percentiles is not.
 *
 * @returns undefined if none holds an answer
 */
export const latenciesOf = (all: readonly Distribution[]): Latencies | undefined => {
  const repeats = all.filter(({ total }) => total > 0);
  const merged = mergeDistributions(repeats);
  return merged === undefined ? undefined : { repeats, merged };
};

/** A percentile of all answers, in milliseconds. */
export const percentileMs = ({ merged }: Latencies, percentile: number): number => {
  const [value = Number.NaN] = percentilesOf(merged, [percentile]);
  return value / MICROSECONDS_PER_MS;
};

/** The same, with its interval over the repeats. */
export const percentileEstimate = (latencies: Latencies, percentile: number): Estimate => {
  const value = percentileMs(latencies, percentile);
  // In another unit than the figure, which changes no ratio.
  const repeats = latencies.repeats.map((repeat) => percentileOfRepeat(repeat, percentile));
  return { value, interval: repeatsInterval(value, repeats) };
};

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
