import { inflateSync } from 'node:zlib';
import { bucketValue } from './histogram.ts';
import type { RepeatFigure } from './interval.ts';

/**
 * The buckets of a histogram that hold values, and none of the others: a histogram has twenty thousand buckets, nearly all of
 * them empty, and a run holds thousands of histograms. Not in typed arrays: those of a hundred thousand histograms make V8 collect
 * garbage most of the time, as it counts what lies outside its heap.
 */
export interface Distribution {
  readonly total: number;
  /** Places of these buckets in the histogram, ascending. */
  readonly indexes: readonly number[];
  /** How many values each of them and all below it hold: a percentile is found without a walk through all. */
  readonly upTo: readonly number[];
}

/** Cookie and length before the compressed part. */
const OUTER_BYTES = 8;
const OUTER_COOKIE = 0x1c849314;

/** Cookie, length, offset, digits, least and greatest value, ratio; then the counts. */
const HEADER_BYTES = 40;
const COOKIE = 0x1c849313;
const [LENGTH_AT, DIGITS_AT, LOWEST_AT] = [4, 12, 16];

const inflated = (encoded: string): Buffer => {
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length < OUTER_BYTES || bytes.readUInt32BE(0) !== OUTER_COOKIE) {
    throw new Error('The text is not a compressed HdrHistogram in base64.');
  }
  // With the 16 KiB that are usual, a run of 100,000 measurements would collect garbage most of the time.
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
 * Reads a histogram that `encodeHistogram` wrote without the library, which fills twenty thousand buckets to read one, and a report
 * of ten thousand measurements would have to fill as many times. The format is V2 of HdrHistogram: LEB128 of up to nine bytes in
 * ZigZag, where a negative number stands for so many empty buckets.
 *
 * @throws if the text is no such histogram
 */
export const readDistribution = (encoded: string): Distribution => {
  const content = inflated(encoded);
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

/** The counts of each bucket while distributions are added up, all 0 in between: a row would else need a new one each time. */
let added = new Float64Array();

/** The distribution of all values together; the counts of each bucket are added. Undefined if there are no values. */
export const mergeDistributions = (all: readonly Distribution[]): Distribution | undefined => {
  const some = all.filter(({ total }) => total > 0);
  if (some.length === 0) return undefined;
  const first = Math.min(...some.map(({ indexes }) => indexes[0] ?? 0));
  const last = Math.max(...some.map(({ indexes }) => indexes.at(-1) ?? 0));
  if (added.length <= last) added = new Float64Array(last + 1);
  for (const { indexes, upTo } of some) {
    let below = 0;
    for (let place = 0; place < indexes.length; place += 1) {
      const index = indexes[place] ?? 0;
      const reached = upTo[place] ?? 0;
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

/** The least number from 0 to `end` for which something holds that goes on to hold; `end` if it holds for none below. */
const leastWhere = (end: number, holds: (place: number) => boolean): number => {
  let [low, high] = [0, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};

/**
 * The values that so many per cent of all values are at most: as HdrHistogram reads percentiles, the highest value of the
 * bucket that holds the value of that rank. NaN for percentiles of nothing.
 *
 * @param percentiles 0 to 100
 */
export const percentilesOf = (
  { total, indexes, upTo }: Distribution,
  percentiles: readonly number[],
): readonly number[] =>
  percentiles.map((percentile) => {
    // Without the slack, 0.95 × 100 would ask for the 96th value.
    const rank = Math.max(1, Math.ceil((percentile / 100) * total * (1 - Number.EPSILON)));
    const index = indexes[leastWhere(indexes.length, (place) => (upTo[place] ?? 0) >= rank)];
    return index === undefined ? Number.NaN : bucketValue(index);
  });

/** The values of a bucket are read as its upper end, up to a thousandth above what was recorded. */
const HISTOGRAM_RESOLUTION = 0.001;

/**
 * How many values lie above one, in microseconds.
 *
 * @param slack values above by less than this share of it count as equal to it: 0 for a value that `percentilesOf` gave
 */
export const valuesAbove = (
  { total, indexes, upTo }: Distribution,
  value: number,
  slack = HISTOGRAM_RESOLUTION,
): number => {
  const first = leastWhere(
    indexes.length,
    (place) => bucketValue(indexes[place] ?? 0) > value * (1 + slack),
  );
  return total - (upTo[first - 1] ?? 0);
};

/**
 * A percentile of one repeat and how well its n answers tell it. Whatever the distribution, the share of answers below the true
 * percentile p has a standard deviation of √(p (1 − p) ÷ n), so half the distance of the percentiles that far around it is that
 * of the percentile (order statistics; David and Nagaraja 2003, 7.1); answers that waited in one queue are no independent ones,
 * and what that adds is in the scatter of the repeats. Nor is it known better than to a bucket of the histogram.
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
  return { value, leastError: Math.max(HISTOGRAM_RESOLUTION, Math.log(high / low) / 2) };
};
