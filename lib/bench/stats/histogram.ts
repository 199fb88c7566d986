import {
  build,
  encodeIntoCompressedBase64,
  type Histogram,
  type JsHistogram,
} from 'hdr-histogram-js';
import type { LatencySummary } from '../model/load-result.ts';
import { inflateSync } from 'node:zlib';
import type { RepeatFigure } from './interval.ts';

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

/**
 * The buckets of a histogram that hold values. The others are left out: a histogram has twenty thousand buckets, nearly all of them are
 * empty, and a run has thousands of histograms. Plain arrays, because V8 counts the memory of typed arrays as external, and collects
 * garbage most of the time if a hundred thousand histograms have some.
 */
export interface Distribution {
  readonly total: number;
  /** Indexes of the buckets in the histogram, ascending. */
  readonly indexes: readonly number[];
  /** Cumulative counts: values in each bucket and all below it. */
  readonly upTo: readonly number[];
}

/** The outer header: cookie and length of the compressed part. */
const OUTER_BYTES = 8;
const OUTER_COOKIE = 0x1c849314;

/** The inner header: cookie, length, offset, digits, lowest and highest value, ratio. The counts follow. */
const HEADER_BYTES = 40;
const COOKIE = 0x1c849313;
const [LENGTH_AT, DIGITS_AT, LOWEST_AT] = [4, 12, 16];

const inflate = (encoded: string): Buffer => {
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length < OUTER_BYTES || bytes.readUInt32BE(0) !== OUTER_COOKIE) {
    throw new Error('The text is not a compressed HdrHistogram in base64.');
  }
  // Chunks of the default 16 KiB make a report of 100,000 measurements collect garbage most of the time.
  const content = inflateSync(bytes.subarray(OUTER_BYTES), { chunkSize: 4 * bytes.length });
  if (
    content.readUInt32BE(0) !== COOKIE ||
    content.readUInt32BE(LENGTH_AT) !== content.length - HEADER_BYTES ||
    content.readUInt32BE(DIGITS_AT) !== 3 ||
    content.readBigInt64BE(LOWEST_AT) !== 1n
  ) {
    throw new Error('The histogram is cut short, or has other buckets than those of this project.');
  }
  return content;
};

/**
 * Reads a histogram that `encodeHistogram` wrote. The library would fill twenty thousand buckets for each of the ten thousand
 * histograms of a long report. The format is V2 of HdrHistogram: ZigZag LEB128 of up to nine bytes, in which −n stands for n empty
 * buckets.
 *
 * @throws Error if the text is not such a histogram
 */
export const readDistribution = (encoded: string): Distribution => {
  const content = inflate(encoded);
  const indexes: number[] = [];
  const upTo: number[] = [];
  let [total, index, at] = [0, 0, HEADER_BYTES];
  while (at < content.length) {
    let byte = content[at] ?? 0;
    at += 1;
    const isEmpty = (byte & 1) === 1;
    let value = (byte & 0x7f) >> 1;
    let scale = 0x40;
    while (byte >= 0x80) {
      byte = content[at] ?? 0;
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
      at += 1;
    }
    if (isEmpty) {
      index += value;
    } else if (value > 0) {
      total += value;
      indexes.push(index);
      upTo.push(total);
    }
    index += 1;
  }
  return { total, indexes, upTo };
};

/** The mean of the values, within the width of the buckets; NaN without values. */
export const meanOfDistribution = ({ total, indexes, upTo }: Distribution): number =>
  indexes.reduce(
    (sum, index, at) => sum + bucketValue(index) * ((upTo[at] ?? 0) - (upTo[at - 1] ?? 0)),
    0,
  ) / total;

/** Counts by bucket while distributions are merged; all 0 otherwise. Shared, so that rows need no new array each. */
let added = new Float64Array();

/** Adds the counts of each bucket. Undefined if there are no values. */
export const mergeDistributions = (
  distributions: readonly Distribution[],
): Distribution | undefined => {
  const filled = distributions.filter(({ total }) => total > 0);
  if (filled.length === 0) return undefined;
  const first = Math.min(...filled.map(({ indexes }) => indexes[0] ?? 0));
  const last = Math.max(...filled.map(({ indexes }) => indexes.at(-1) ?? 0));
  if (added.length <= last) added = new Float64Array(last + 1);
  for (const { indexes, upTo } of filled) {
    let below = 0;
    for (let position = 0; position < indexes.length; position += 1) {
      const index = indexes[position] ?? 0;
      const reached = upTo[position] ?? 0;
      added[index] = (added[index] ?? 0) + reached - below;
      below = reached;
    }
  }
  const indexes: number[] = [];
  const upTo: number[] = [];
  let total = 0;
  for (let index = first; index <= last; index += 1) {
    const count = added[index] ?? 0;
    if (count > 0) {
      added[index] = 0;
      total += count;
      indexes.push(index);
      upTo.push(total);
    }
  }
  return { total, indexes, upTo };
};

/** The first of the numbers 0 to `end` − 1 for which a condition holds that then holds for all greater ones; `end` if there is none. */
export const firstWhere = (end: number, holds: (position: number) => boolean): number => {
  let [low, high] = [0, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};

/**
 * Percentiles as HdrHistogram reads them: the highest value of the bucket that holds the value of that rank. NaN if there are no values.
 *
 * @param percentiles 0 to 100
 */
export const percentilesOf = (
  { total, indexes, upTo }: Distribution,
  percentiles: readonly number[],
): readonly number[] =>
  percentiles.map((percentile) => {
    // Without ε, rounding errors would make 0.95 × 100 ask for the 96th value.
    const rank = Math.max(1, Math.ceil((percentile / 100) * total * (1 - Number.EPSILON)));
    const index = indexes[firstWhere(indexes.length, (position) => (upTo[position] ?? 0) >= rank)];
    return index === undefined ? Number.NaN : bucketValue(index);
  });

/** The histogram of all values of several, encoded, with its figures. */
export const mergeHistograms = (
  distributions: readonly Distribution[],
): { readonly histogram: string; readonly latency: LatencySummary } => {
  const { indexes, upTo } = mergeDistributions(distributions) ?? { indexes: [], upTo: [] };
  const histogram = createHistogram(bucketValue(indexes.at(-1) ?? 0) / MICROSECONDS_PER_MS);
  for (const [at, index] of indexes.entries()) {
    histogram.recordValueWithCount(bucketValue(index), (upTo[at] ?? 0) - (upTo[at - 1] ?? 0));
  }
  return { histogram: encodeHistogram(histogram), latency: summariseLatency(histogram) };
};

/** A bucket is read as its upper end, which is up to a thousandth above the recorded value. */
export const HISTOGRAM_RESOLUTION = 0.001;

/** Counts the values above a given one, in microseconds. Buckets read up to a thousandth too high, so a smaller excess does not count. */
export const valuesAbove = ({ total, indexes, upTo }: Distribution, value: number): number => {
  const first = firstWhere(
    indexes.length,
    (position) => bucketValue(indexes[position] ?? 0) > value * (1 + HISTOGRAM_RESOLUTION),
  );
  return total - (upTo[first - 1] ?? 0);
};

/**
 * A percentile of one repeat, with the standard error that its n answers allow.
 *
 * Whatever the distribution, the share of answers below the true percentile p scatters with a standard deviation of √(p (1 − p) ÷ n).
 * The percentiles at p minus and plus that share are therefore one standard error away (order statistics; David and Nagaraja 2003,
 * 7.1). Answers that waited in one queue depend on each other; the scatter of the repeats shows what that adds. The error is at least one
 * bucket of the histogram.
 *
 * @param percentile between 0 and 100, both excluded
 */
export const percentileOfRepeat = (
  distribution: Distribution,
  percentile: number,
): RepeatFigure => {
  const share = percentile / 100;
  const deviation = (100 * Math.sqrt(share * (1 - share))) / Math.sqrt(distribution.total);
  const [low = Number.NaN, value = Number.NaN, high = Number.NaN] = percentilesOf(distribution, [
    Math.max(0, percentile - deviation),
    percentile,
    Math.min(100, percentile + deviation),
  ]);
  return { value, minError: Math.max(HISTOGRAM_RESOLUTION, Math.log(high / low) / 2) };
};
