import { BenchError } from '../model/errors.ts';
import {
  type Distribution,
  mergeDistributions,
  percentilesOf,
  readDistribution,
} from '../stats/distribution.ts';
import { MICROSECONDS_PER_MS } from '../stats/histogram.ts';
import { overRepeats } from './over-repeats.ts';
import type { OverRepeats } from './summary-row.ts';

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

interface MergedLatency {
  /** Answers in all histograms together. */
  readonly count: number;
  readonly p50Ms: OverRepeats;
  readonly p95Ms: OverRepeats;
  readonly p99Ms: OverRepeats;
  readonly p999Ms: OverRepeats;
}

/** The distributions of the repeats with answers, and of all of them together. */
export interface Latencies {
  readonly repeats: readonly Distribution[];
  readonly merged: Distribution;
}

/**
 * Merges the latencies of repeats.
 *
 * @param all one distribution a repeat, in microseconds
 * @returns undefined if none holds an answer
 */
export const latenciesOf = (all: readonly Distribution[]): Latencies | undefined => {
  const repeats = all.filter(({ total }) => total > 0);
  const merged = mergeDistributions(repeats);
  return merged === undefined ? undefined : { repeats, merged };
};

const CLAIMS = [50, 95, 99, 99.9] as const;

const claimsOf = (distribution: Distribution): readonly number[] =>
  percentilesOf(distribution, CLAIMS).map((value) => value / MICROSECONDS_PER_MS);

/**
 * Percentiles over the answers of all repeats.
 *
 * The histograms are added bucket by bucket and each percentile is read from the sum: the percentile of all answers, which a
 * mean of the repeats' percentiles is not. `min` and `max` are the same percentile of the single repeats.
 */
export const mergedLatency = ({ repeats, merged }: Latencies): MergedLatency => {
  const ofAll = claimsOf(merged);
  const ofEach = repeats.map((one) => claimsOf(one));
  const over = (claim: number): OverRepeats => {
    const value = ofAll[claim] ?? Number.NaN;
    return (
      overRepeats(
        value,
        ofEach.map((claims) => claims[claim] ?? value),
      ) ?? { value, min: value, max: value }
    );
  };
  return { count: merged.total, p50Ms: over(0), p95Ms: over(1), p99Ms: over(2), p999Ms: over(3) };
};
