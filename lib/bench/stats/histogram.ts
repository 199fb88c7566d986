import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Histogram, JsHistogram } from 'hdr-histogram-js';
import type { LatencySummary } from '../model/load-result.ts';

/** Histograms hold microseconds. */
export const MICROSECONDS_PER_MS = 1000;

/**
 * An empty latency histogram in microseconds with three significant digits: a value is off by 0.1 % at most. It holds
 * latencies up to the timeout and grows if one is longer, as those of an open loop can be, which begin at the planned
 * send time.
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

/** Knows which values a bucket stands for: that does not depend on the greatest one. */
const anyBuckets = createHistogram(1) as JsHistogram;

/** By bucket, 0 if it was not asked for yet; room for latencies of up to a month. */
const knownValues = new Float64Array(1 << 15);

/** The highest value of a bucket, in microseconds: what percentiles read for all in it. */
export const bucketValue = (index: number): number => {
  const known = knownValues[index] ?? 0;
  if (known > 0) return known;
  const value = anyBuckets.highestEquivalentValue(anyBuckets.valueFromIndex(index));
  knownValues[index] = value;
  return value;
};

/** Adds one latency; less than a microsecond counts as one. */
export const recordLatency = (histogram: Histogram, latencyMs: number): void => {
  histogram.recordValue(Math.max(1, Math.round(latencyMs * MICROSECONDS_PER_MS)));
};

/** HdrHistogram V2, compressed, base64. */
export const encodeHistogram = (histogram: Histogram): string =>
  encodeIntoCompressedBase64(histogram);

/** What `mean` of the library gives, to the bit, without the forty times as long that its iterator takes. */
const meanOf = (histogram: JsHistogram): number => {
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
 * The figures of a histogram in microseconds; all 0 if it is empty. A percentile is the upper end of its bucket, but no
 * more than the largest value, which is known exactly.
 */
export const summariseLatency = (histogram: Histogram): LatencySummary => {
  const count = histogram.totalCount;
  const maxMs = count === 0 ? 0 : histogram.maxValue / MICROSECONDS_PER_MS;
  const percentileMs = (percentile: number): number =>
    count === 0
      ? 0
      : Math.min(histogram.getValueAtPercentile(percentile) / MICROSECONDS_PER_MS, maxMs);
  return {
    count,
    meanMs: count === 0 ? 0 : meanOf(histogram as JsHistogram) / MICROSECONDS_PER_MS,
    minMs: count === 0 ? 0 : histogram.minNonZeroValue / MICROSECONDS_PER_MS,
    p50Ms: percentileMs(50),
    p95Ms: percentileMs(95),
    p99Ms: percentileMs(99),
    maxMs,
  };
};
