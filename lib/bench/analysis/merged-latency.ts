import { BenchError } from '../model/errors.ts';
import {
  type Distribution,
  mergeDistributions,
  percentileOfRepeat,
  percentilesOf,
  readDistribution,
} from '../stats/distribution.ts';
import { MICROSECONDS_PER_MS } from '../stats/histogram.ts';
import { type Estimate, repeatsInterval } from '../stats/interval.ts';

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
