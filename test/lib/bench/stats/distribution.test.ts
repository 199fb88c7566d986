import {
  mergeDistributions,
  percentilesOf,
  readDistribution,
  valuesAbove,
} from '../../../../lib/bench/stats/distribution.ts';
import {
  createHistogram,
  encodeHistogram,
  recordLatency,
} from '../../../../lib/bench/stats/histogram.ts';
import { createRandom } from '../../../../lib/bench/stats/random.ts';

const PERCENTILES = [0.1, 10, 50, 90, 95, 99, 99.9, 99.99, 100];

const histogramOf = (seed: number, count: number) => {
  const random = createRandom(seed);
  const histogram = createHistogram(60_000);
  for (let index = 0; index < count; index += 1) {
    recordLatency(histogram, 10 ** (random() * 5 - 1));
  }
  return histogram;
};

const histograms = [1, 2, 3, 4].map((seed) => histogramOf(seed, seed * 777));
const distributions = histograms.map((histogram) => readDistribution(encodeHistogram(histogram)));

describe('The distribution of a histogram', () => {
  it('has the percentiles of the histogram', () => {
    for (const [index, distribution] of distributions.entries()) {
      expect(percentilesOf(distribution, PERCENTILES)).toEqual(
        PERCENTILES.map((percentile) => histograms[index]?.getValueAtPercentile(percentile)),
      );
    }
  });

  it('merges to the distribution of the merged histogram', () => {
    const merged = mergeDistributions(distributions);
    if (merged === undefined) throw new Error('nothing merged');
    const expected = createHistogram(60_000);
    for (const histogram of histograms) expected.add(histogram);
    expect(merged.total).toBe(expected.totalCount);
    expect(percentilesOf(merged, PERCENTILES)).toEqual(
      PERCENTILES.map((percentile) => expected.getValueAtPercentile(percentile)),
    );
  });

  it('is nothing where there is no value', () => {
    const empty = readDistribution(encodeHistogram(createHistogram(1000)));
    expect(empty.total).toBe(0);
    expect(mergeDistributions([empty])).toBeUndefined();
    expect(percentilesOf(empty, [50])).toEqual([Number.NaN]);
  });
});

const above = (latenciesMs: readonly number[], boundMs: number): number => {
  const histogram = createHistogram(1000);
  for (const latencyMs of latenciesMs) recordLatency(histogram, latencyMs);
  return valuesAbove(readDistribution(encodeHistogram(histogram)), boundMs * 1000);
};

describe('The number of values above one', () => {
  it.each([
    [[1, 2, 3, 4], 2, 2],
    [[1, 2, 3, 4], 0.5, 4],
    [[1, 2, 3, 4], 4, 0],
    [[7, 7, 7], 7, 0],
    [[7, 7, 7], 6, 3],
    [[], 5, 0],
  ])('of %p ms above %p ms is %p', (latenciesMs, boundMs, count) => {
    expect(above(latenciesMs, boundMs)).toBe(count);
  });

  it('is exact among many', () => {
    const many = Array.from({ length: 900 }, (_, index) => index + 1);

    for (const boundMs of [1, 15, 450, 899]) {
      expect(Math.abs(above(many, boundMs) - (900 - boundMs))).toBeLessThan(2);
    }
  });
});
