import type { Histogram } from 'hdr-histogram-js';
import { decodeHistogram, mergeHistograms } from '../load/histogram.ts';
import { overRepeats } from './over-repeats.ts';
import type { OverRepeats } from './summary.ts';

const MICROSECONDS_PER_MS = 1000;

export interface MergedLatency {
  /** Answers in all histograms together. */
  readonly count: number;
  readonly p50Ms: OverRepeats;
  readonly p95Ms: OverRepeats;
  readonly p99Ms: OverRepeats;
}

const percentileMs = (histogram: Histogram, percentile: number): number =>
  histogram.getValueAtPercentile(percentile) / MICROSECONDS_PER_MS;

/**
 * Percentiles over the answers of all repeats.
 *
 * The histograms are added bucket by bucket and each percentile is read from the sum, which is the percentile of the
 * union; the mean of the repeats' percentiles is not. `min` and `max` are the same percentile of the single repeats.
 *
 * @param encoded one histogram a repeat, in microseconds, as in `LoadResult.histogram`
 * @returns undefined where no histogram holds an answer
 */
export const mergedLatency = (encoded: readonly string[]): MergedLatency | undefined => {
  const singles = encoded
    .map((text) => decodeHistogram(text))
    .filter((histogram) => histogram.totalCount > 0);
  const merged = mergeHistograms(singles);
  const over = (percentile: number): OverRepeats | undefined =>
    overRepeats(
      percentileMs(merged, percentile),
      singles.map((single) => percentileMs(single, percentile)),
    );
  const [p50Ms, p95Ms, p99Ms] = [over(50), over(95), over(99)];
  if (p50Ms === undefined || p95Ms === undefined || p99Ms === undefined) return undefined;
  return { count: merged.totalCount, p50Ms, p95Ms, p99Ms };
};
