import { percentileOfRepeat, readDistribution } from '../../../../lib/bench/stats/distribution.ts';
import { MICROSECONDS_PER_MS } from '../../../../lib/bench/stats/histogram.ts';
import { loadResult } from '../../../support/recorded-run.ts';

const repeatOf = (latenciesMs: readonly number[]) =>
  readDistribution(loadResult(latenciesMs, 60).histogram);

const medianOf = (latenciesMs: readonly number[]) => percentileOfRepeat(repeatOf(latenciesMs), 50);

const oneTo = (most: number): readonly number[] =>
  Array.from({ length: most }, (_, index) => index + 1);

/** Answers that take 100 to 200 ms, evenly spread. */
const spread = (count: number) => oneTo(count).map((one) => 100 + (100 * one) / count);

describe('The median of a repeat', () => {
  it('is read from its histogram, and known as well as the answers around it tell it', () => {
    const { value, leastError } = medianOf(oneTo(100));

    expect(value / MICROSECONDS_PER_MS).toBeCloseTo(50, 0);
    // One standard deviation of the share below the median is 5 of 100: the 45th to the 55th answer.
    expect(leastError).toBeCloseTo(Math.log(55 / 45) / 2, 2);
  });

  it('is known twice as well from four times the answers', () => {
    const [few, many] = [400, 1600].map((count) => medianOf(spread(count)).leastError);

    expect((few ?? 0) / (many ?? 1)).toBeGreaterThan(1.8);
    expect((few ?? 0) / (many ?? 1)).toBeLessThan(2.2);
  });

  it('is no better known than to a bucket of the histogram, where all answers take equally long', () => {
    expect(medianOf(oneTo(500).map(() => 20)).leastError).toBe(0.001);
  });

  it('is no number where nothing was answered', () => {
    expect(medianOf([]).value).toBeNaN();
  });
});

describe('The p95 of a repeat', () => {
  it('is known as well as the answers around it tell it', () => {
    const { value, leastError } = percentileOfRepeat(repeatOf(oneTo(1900)), 95);

    expect(value / MICROSECONDS_PER_MS).toBeCloseTo(1805, -1);
    // One standard deviation of the share below it is √(0.95 × 0.05 ÷ 1900), a half per cent: 9.5 answers to each side.
    expect(leastError).toBeCloseTo(Math.log(1814.5 / 1795.5) / 2, 3);
  });
});
