import { MICROSECONDS_PER_MS } from '../stats/histogram.ts';
import { overRepeats } from './over-repeats.ts';
import { mergeDistributions, percentilesOf, type Distribution } from '../stats/distribution.ts';
import type { OverRepeats } from './summary-row.ts';

export interface MergedLatency {
  /** Answers in all histograms together. */
  readonly count: number;
  readonly p50Ms: OverRepeats;
  readonly p95Ms: OverRepeats;
  readonly p99Ms: OverRepeats;
  readonly p999Ms: OverRepeats;
}

/** The distributions of the repeats that hold an answer, and of all of them together. */
export interface Latencies {
  readonly repeats: readonly Distribution[];
  readonly merged: Distribution;
}

/**
 * Puts the latencies of repeats together, each once.
 *
 * @param all one distribution a repeat, in microseconds
 * @returns undefined where none holds an answer
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
 * The histograms are added bucket by bucket and each percentile is read from the sum, which is the percentile of the
 * union; the mean of the repeats' percentiles is not. `min` and `max` are the same percentile of the single repeats.
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
