import type { Histogram } from 'hdr-histogram-js';
import { decodeHistogram, mergeHistograms } from '../load/histogram.ts';
import { overRepeats } from './over-repeats.ts';
import { curvePercentiles } from './statistics/curve-percentiles.ts';
import type { OverRepeats } from './summary.ts';

const MICROSECONDS_PER_MS = 1000;

/** One point of a percentile plot. */
export interface PercentilePoint {
  /** Between 0 and 100. */
  readonly percentile: number;
  readonly ms: number;
}

export interface MergedLatency {
  /** Answers in all histograms together. */
  readonly count: number;
  readonly p50Ms: OverRepeats;
  readonly p95Ms: OverRepeats;
  readonly p99Ms: OverRepeats;
  readonly p999Ms: OverRepeats;
  /** Ascending, up to the highest percentile that the answers support. */
  readonly curve: readonly PercentilePoint[];
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
  const [p50Ms, p95Ms, p99Ms, p999Ms] = [over(50), over(95), over(99), over(99.9)];
  if (p50Ms === undefined || p95Ms === undefined || p99Ms === undefined || p999Ms === undefined) {
    return undefined;
  }
  const count = merged.totalCount;
  const curve = curvePercentiles(count).map((percentile) => ({
    percentile,
    ms: percentileMs(merged, percentile),
  }));
  return { count, p50Ms, p95Ms, p99Ms, p999Ms, curve };
};
