import { deflateSync } from 'node:zlib';
import { array, assert, integer, property } from 'fast-check';
import { build, decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import {
  createHistogram,
  encodeHistogram,
  mergeDistributions,
  percentileOfRepeat,
  percentilesOf,
  readDistribution,
  recordLatency,
  summariseLatency,
  valuesAbove,
} from '../../../../lib/bench/stats/histogram.ts';
import { createRandom } from '../../../../lib/bench/stats/random.ts';
import { loadResult } from '../../../support/recorded-run.ts';

/** Decodes a histogram with its library. */
const decodeHistogram = (encoded: string): Histogram =>
  decodeFromCompressedBase64(encoded, 32, false);

const histogramOf = (latenciesMs: readonly number[]): ReturnType<typeof createHistogram> => {
  const histogram = createHistogram(1000);
  latenciesMs.forEach((latencyMs) => recordLatency(histogram, latencyMs));
  return histogram;
};
const numbersTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('Latency histograms', () => {
  it('have percentiles within a thousandth of the recorded values', () => {
    const summary = summariseLatency(histogramOf(numbersTo(1000)));
    expect(summary.count).toBe(1000);
    const expected = { minMs: 1, p50Ms: 500, p95Ms: 950, p99Ms: 990, maxMs: 1000 };
    for (const [name, value] of Object.entries(expected)) {
      const measured = summary[name as keyof typeof expected];
      expect(Math.abs(measured - value) / value).toBeLessThan(0.001);
    }
    expect(Math.abs(summary.meanMs - 500.5) / 500.5).toBeLessThan(0.001);
  });

  it('have the mean that hdr-histogram-js reports', () => {
    const histogram = histogramOf([0.001, 3, 3, 57.123, 910]);

    expect(summariseLatency(histogram).meanMs).toBe(histogram.mean / 1000);
  });

  it('have no percentile above the largest value', () => {
    const { p99Ms, maxMs } = summariseLatency(histogramOf([437.666]));

    expect(p99Ms).toBe(maxMs);
  });

  it('can be encoded and decoded', () => {
    const histogram = histogramOf(numbersTo(100));
    const decoded = decodeHistogram(encodeHistogram(histogram));
    expect(summariseLatency(decoded).p95Ms).toBe(summariseLatency(histogram).p95Ms);
    expect(decoded.totalCount).toBe(100);
  });

  it('hold a latency longer than the timeout', () => {
    const histogram = createHistogram(10);
    recordLatency(histogram, 5000);
    expect(summariseLatency(histogram).maxMs).toBeCloseTo(5000, -1);
  });

  it('count less than a microsecond as one', () => {
    expect(summariseLatency(histogramOf([0])).minMs).toBe(0.001);
  });

  it('are all zeros if nothing was recorded', () => {
    expect(summariseLatency(createHistogram(1000))).toEqual({
      count: 0,
      meanMs: 0,
      minMs: 0,
      p50Ms: 0,
      p95Ms: 0,
      p99Ms: 0,
      maxMs: 0,
    });
  });
});

const encoded = (latenciesMs: readonly number[]): string => loadResult(latenciesMs, 60).histogram;
const distributionOf = (latenciesMs: readonly number[]) => readDistribution(encoded(latenciesMs));

const PERCENTILES = [0.1, 10, 50, 90, 95, 99, 99.9, 99.99, 100];

const texts = [1, 2, 3, 4].map((seed) => {
  const random = createRandom(seed);
  return encoded(Array.from({ length: seed * 777 }, () => 10 ** (random() * 5 - 1)));
});
const histograms = texts.map(decodeHistogram);
const distributions = texts.map(readDistribution);

describe('The distribution of a histogram', () => {
  it('has the same counts as the library, bucket by bucket', () => {
    assert(
      property(array(integer({ min: 1, max: 400_000_000 }), { maxLength: 300 }), (micros) => {
        // Some values occur often, so that counts take several bytes.
        const values = micros.flatMap((value, at) => Array.from({ length: at * 3 }, () => value));
        const text = encoded(values.map((value) => value / 1000));
        const { total, indexes, upTo } = readDistribution(text);
        const histogram = decodeHistogram(text) as ReturnType<typeof decodeHistogram> & {
          readonly getCountAtIndex: (index: number) => number;
        };

        expect(upTo.map((count, at) => count - (upTo[at - 1] ?? 0))).toEqual(
          indexes.map((index) => histogram.getCountAtIndex(index)),
        );
        expect(total).toBe(values.length);
        expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });

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

  it('is empty if there is no value', () => {
    const empty = distributionOf([]);
    expect(empty).toEqual({ total: 0, indexes: [], upTo: [] });
    expect(mergeDistributions([empty])).toBeUndefined();
    expect(percentilesOf(empty, [50])).toEqual([Number.NaN]);
  });

  it('is refused if the text is not a histogram, is cut off, or has other buckets', () => {
    const text = encoded([1, 2, 3]);
    const coarse = build({ numberOfSignificantValueDigits: 2 });
    coarse.recordValue(7);
    const cut = Buffer.concat([
      Buffer.from(text, 'base64').subarray(0, 8),
      deflateSync(Buffer.alloc(20)),
    ]);

    expect(() => readDistribution('')).toThrow('not a compressed HdrHistogram');
    expect(() => readDistribution('bm90aGluZyBvZiB0aGUga2luZA==')).toThrow('not a compressed');
    expect(() => readDistribution(text.slice(0, -12))).toThrow(/unexpected end|cut short/);
    expect(() => readDistribution(cut.toString('base64'))).toThrow();
    expect(() => readDistribution(encodeHistogram(coarse))).toThrow('other buckets');
  });
});

describe('The number of values above a limit', () => {
  it.each([
    [[1, 2, 3, 4], 2, 2],
    [[1, 2, 3, 4], 0.5, 4],
    [[1, 2, 3, 4], 4, 0],
    [[7, 7, 7], 7, 0],
    [[7, 7, 7], 6, 3],
    [[], 5, 0],
  ])('is, for %p ms above %p ms, %p', (latenciesMs, boundMs, count) => {
    expect(valuesAbove(distributionOf(latenciesMs), boundMs * 1000)).toBe(count);
  });
});

const oneTo = (most: number): readonly number[] =>
  Array.from({ length: most }, (_, index) => index + 1);

describe('A percentile of a repeat', () => {
  it.each([
    // The number of answers below the median has a standard deviation of 5 of 100: the 45th to the 55th answer.
    { percentile: 50, answers: 100, value: 50, low: 45, high: 55 },
    // For p95 the share has a standard deviation of √(0.95 × 0.05 ÷ 1900), half a percent: 9.5 answers on each side.
    { percentile: 95, answers: 1900, value: 1805, low: 1795.5, high: 1814.5 },
  ])('is known as precisely as the answers around it allow, such as p$percentile', (one) => {
    const figure = percentileOfRepeat(distributionOf(oneTo(one.answers)), one.percentile);

    expect(figure.value / 1000 / one.value).toBeCloseTo(1, 2);
    expect(figure.minError).toBeCloseTo(Math.log(one.high / one.low) / 2, 2);
  });

  it('is known twice as precisely from four times the answers', () => {
    const [few = 0, many = 0] = [400, 1600].map((count) => {
      const spread = oneTo(count).map((one) => 100 + (100 * one) / count);
      return percentileOfRepeat(distributionOf(spread), 50).minError;
    });

    expect(few / many).toBeGreaterThan(1.8);
    expect(few / many).toBeLessThan(2.2);
  });

  it('is known at best to a bucket of the histogram, if all answers take equally long', () => {
    const alike = distributionOf(oneTo(500).map(() => 20));

    expect(percentileOfRepeat(alike, 50).minError).toBe(0.001);
  });

  it('is not a number if nothing was answered', () => {
    expect(percentileOfRepeat(distributionOf([]), 50).value).toBeNaN();
  });
});
