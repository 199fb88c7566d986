import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Histogram, JsHistogram } from 'hdr-histogram-js';
import type { LatencySummary } from '../model/load-result.ts';

/** Histograms count microseconds. */
export const MICROSECONDS_PER_MS = 1000;

/**
 * An empty latency histogram in microseconds with three significant digits, so a value is off by at most 0.1 %. It grows if a latency is
 * longer than `highestMs`. In an open loop that happens, because latencies begin at the planned send time.
 */
export const createHistogram = (highestMs: number): Histogram => {
  const histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: Math.max(2, Math.ceil(highestMs * MICROSECONDS_PER_MS)),
    numberOfSignificantValueDigits: 3,
  });
  histogram.autoResize = true;
  return histogram;
};

/** Only used to convert bucket indexes, which do not depend on the highest value. */
const anyHistogram = createHistogram(1) as JsHistogram;

/** Cache by bucket index; 0 if not computed yet. Covers latencies of up to a month. */
const bucketValues = new Float64Array(1 << 15);

/** The highest value of a bucket in microseconds, which percentiles report for all values in it. */
export const bucketValue = (index: number): number => {
  const cached = bucketValues[index] ?? 0;
  if (cached > 0) return cached;
  const value = anyHistogram.highestEquivalentValue(anyHistogram.valueFromIndex(index));
  bucketValues[index] = value;
  return value;
};

/** Adds a latency. Less than a microsecond counts as one. */
export const recordLatency = (histogram: Histogram, latencyMs: number): void => {
  histogram.recordValue(Math.max(1, Math.round(latencyMs * MICROSECONDS_PER_MS)));
};

/** Encodes as HdrHistogram V2, compressed, in base64. */
export const encodeHistogram = (histogram: Histogram): string =>
  encodeIntoCompressedBase64(histogram);

/** The same result as the library's `mean`, to the bit, but forty times as fast. */
const histogramMean = (histogram: JsHistogram): number => {
  let [seen, sum] = [0, 0];
  for (let index = 0; seen < histogram.totalCount; index += 1) {
    const count = histogram.getCountAtIndex(index);
    if (count === 0) continue;
    seen += count;
    sum += histogram.medianEquivalentValue(histogram.valueFromIndex(index)) * count;
  }
  return sum / seen;
};

/**
 * Summarises the histogram of one measurement, for progress and records. Reports merge the histograms of all repeats instead
 * (`analysis/figures-over-repeats.ts`).
 *
 * The histogram counts microseconds. All figures are 0 if it is empty. A percentile is the upper end of its bucket, but at most the
 * maximum, which is exact.
 */
export const summariseLatency = (histogram: Histogram): LatencySummary => {
  const count = histogram.totalCount;
  const maxMs = count === 0 ? 0 : histogram.maxValue / MICROSECONDS_PER_MS;
  const valueAtPercentileMs = (percentile: number): number =>
    count === 0
      ? 0
      : Math.min(histogram.getValueAtPercentile(percentile) / MICROSECONDS_PER_MS, maxMs);
  return {
    count,
    meanMs: count === 0 ? 0 : histogramMean(histogram as JsHistogram) / MICROSECONDS_PER_MS,
    minMs: count === 0 ? 0 : histogram.minNonZeroValue / MICROSECONDS_PER_MS,
    p50Ms: valueAtPercentileMs(50),
    p95Ms: valueAtPercentileMs(95),
    p99Ms: valueAtPercentileMs(99),
    maxMs,
  };
};
