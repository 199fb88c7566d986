import type { JsHistogram } from 'hdr-histogram-js';
import { decodeHistogram } from '../../load/histogram.ts';

/**
 * The counts of a histogram between its least and its greatest value, and nothing of the empty rest: a histogram holds
 * twenty thousand buckets, most of them empty, and a run holds thousands of histograms.
 */
export interface Distribution {
  readonly total: number;
  /** Index of the first of `counts` among the buckets of the histogram. */
  readonly firstIndex: number;
  readonly counts: Float64Array;
  /** Knows which values a bucket holds; all histograms of this project are cut alike. */
  readonly buckets: JsHistogram;
}

/** Reads an encoded histogram. Throws where the text is none. */
export const readDistribution = (encoded: string): Distribution => {
  const buckets = decodeHistogram(encoded) as JsHistogram;
  const total = buckets.totalCount;
  if (total === 0) return { total, firstIndex: 0, counts: new Float64Array(), buckets };
  const firstIndex = buckets.countsArrayIndex(buckets.minNonZeroValue);
  const lastIndex = buckets.countsArrayIndex(buckets.maxValue);
  const counts = new Float64Array(lastIndex - firstIndex + 1);
  for (let offset = 0; offset < counts.length; offset += 1) {
    counts[offset] = buckets.getCountAtIndex(firstIndex + offset);
  }
  return { total, firstIndex, counts, buckets };
};

/** The distribution of all values together; the counts of each bucket are added. Undefined where there are no values. */
export const mergeDistributions = (all: readonly Distribution[]): Distribution | undefined => {
  const some = all.filter(({ total }) => total > 0);
  const [first] = some;
  if (first === undefined) return undefined;
  const firstIndex = Math.min(...some.map((one) => one.firstIndex));
  const endIndex = Math.max(...some.map((one) => one.firstIndex + one.counts.length));
  const counts = new Float64Array(endIndex - firstIndex);
  for (const one of some) {
    const shift = one.firstIndex - firstIndex;
    for (let index = 0; index < one.counts.length; index += 1) {
      counts[index + shift] = (counts[index + shift] ?? 0) + (one.counts[index] ?? 0);
    }
  }
  const total = some.reduce((sum, one) => sum + one.total, 0);
  return { total, firstIndex, counts, buckets: first.buckets };
};

/** What is left of a merged distribution without one of its parts. */
export const withoutPart = (whole: Distribution, part: Distribution): Distribution => {
  const counts = Float64Array.from(whole.counts);
  const shift = part.firstIndex - whole.firstIndex;
  for (let index = 0; index < part.counts.length; index += 1) {
    counts[index + shift] = (counts[index + shift] ?? 0) - (part.counts[index] ?? 0);
  }
  return { ...whole, total: whole.total - part.total, counts };
};

/**
 * The values that so many per cent of all values are at most: as HdrHistogram reads percentiles, the highest value of the
 * bucket that holds the value of that rank. NaN for percentiles of nothing.
 *
 * @param percentiles ascending, 0 to 100
 */
export const percentilesOf = (
  { total, firstIndex, counts, buckets }: Distribution,
  percentiles: readonly number[],
): readonly number[] => {
  let index = -1;
  let below = 0;
  return percentiles.map((percentile) => {
    // Without the slack, 0.95 × 100 would ask for the 96th value.
    const rank = Math.max(1, Math.ceil((percentile / 100) * total * (1 - Number.EPSILON)));
    while (below < rank && index < counts.length - 1) {
      index += 1;
      below += counts[index] ?? 0;
    }
    return total === 0
      ? Number.NaN
      : buckets.highestEquivalentValue(buckets.valueFromIndex(firstIndex + index));
  });
};
