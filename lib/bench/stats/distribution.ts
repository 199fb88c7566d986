import { readEncodedCounts } from './encoded-counts.ts';
import { bucketValue } from './histogram.ts';
import type { RepeatFigure } from './interval.ts';

/**
 * The buckets of a histogram that hold values, and none of the others: a histogram has twenty thousand buckets, nearly all of
 * them empty, and a run holds thousands of histograms.
 */
export interface Distribution {
  readonly total: number;
  /** Places of these buckets in the histogram, ascending. */
  readonly indexes: Int32Array;
  /** How many values each of them and all below it hold: a percentile is found without a walk through all. */
  readonly upTo: Float64Array;
}

/** Reads an encoded histogram. Throws where the text is none. */
export const readDistribution = (encoded: string): Distribution => {
  const { indexes, counts: upTo } = readEncodedCounts(encoded);
  for (let place = 1; place < upTo.length; place += 1) {
    upTo[place] = (upTo[place] ?? 0) + (upTo[place - 1] ?? 0);
  }
  return { total: upTo.at(-1) ?? 0, indexes, upTo };
};

/** The counts of each bucket while distributions are added up, all 0 in between: a row would else need a new one each time. */
let added = new Float64Array();

/** The distribution of all values together; the counts of each bucket are added. Undefined where there are no values. */
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
  const most = some.reduce((sum, { indexes }) => sum + indexes.length, 0);
  const [indexes, upTo] = [new Int32Array(most), new Float64Array(most)];
  let [size, total] = [0, 0];
  for (let index = first; index <= last; index += 1) {
    const count = added[index] ?? 0;
    if (count > 0) {
      added[index] = 0;
      total += count;
      indexes[size] = index;
      upTo[size] = total;
      size += 1;
    }
  }
  return { total, indexes: indexes.subarray(0, size), upTo: upTo.subarray(0, size) };
};

/** The least number from 0 to `end` for which something holds that goes on to hold; `end` where it holds for none below. */
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
export const HISTOGRAM_RESOLUTION = 0.001;

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
