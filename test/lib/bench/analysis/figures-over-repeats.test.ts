import {
  distributionOf,
  latenciesOf,
  percentileMs,
  readHistogram,
} from '../../../../lib/bench/analysis/figures-over-repeats.ts';
import { evenLoad, loadResult } from '../../../support/recorded-run.ts';

/** The percentile over repeats with this many answers of the same latency. */
const percentileOf = (
  percentile: number,
  ...repeats: readonly (readonly [count: number, latencyMs: number])[]
) => {
  const latencies = latenciesOf(
    repeats.map((repeat) => readHistogram('it', evenLoad(...repeat, 1).histogram)),
  );
  return latencies && percentileMs(latencies, percentile);
};

describe('A percentile over repeats', () => {
  it('is that of the union of all answers, not the mean of the repeats’ percentiles', () => {
    // 100 answers of 10 ms and 10 of 1000 ms: 95 % of 110 are 105, so p95 is one of the slow answers.
    expect(percentileOf(50, [100, 10], [10, 1000])).toBeCloseTo(10, 1);
    expect(percentileOf(95, [100, 10], [10, 1000])).toBeGreaterThan(999);
  });

  it('ignores a repeat without an answer', () => {
    expect(percentileOf(50, [0, 0], [3, 5])).toBeCloseTo(5, 2);
    expect(percentileOf(50, [0, 0])).toBeUndefined();
  });

  it('is refused if a histogram cannot be read, or has other answers than its record', () => {
    const damaged = expect.objectContaining({ code: 'BENCH_DAMAGED' }) as Error;
    const { histogram } = evenLoad(5, 10, 1);

    expect(() => readHistogram('it', 'AAAA')).toThrow(damaged);
    const { latency } = evenLoad(5, 10, 1);
    const { meanMs } = latency;
    expect(() => readHistogram('it', histogram, { count: 6, meanMs })).toThrow(damaged);
    expect(() => readHistogram('it', histogram, { count: 5, meanMs: meanMs / 3 })).toThrow(damaged);
    expect(readHistogram('it', histogram, latency).total).toBe(5);
  });
});

/** The distribution of 1, 2, 3 … ms in two repeats. */
const distributionTo = (answers: number) => {
  const times = Array.from({ length: answers }, (_, index) => index + 1);
  const repeats = [0, 1].map((odd) =>
    readHistogram(
      'it',
      loadResult(
        times.filter((ms) => ms % 2 === odd),
        1,
      ).histogram,
    ),
  );
  const latencies = latenciesOf(repeats);
  return latencies === undefined ? [] : distributionOf(latencies);
};

describe('A distribution', () => {
  it('has the percentiles of the answers of all repeats, from the least one on', () => {
    const distribution = distributionTo(1000);
    const msAt = (percent: number) => distribution.find((point) => point.percent === percent)?.ms;

    expect(distribution[0]).toMatchObject({ percent: 0, ms: expect.closeTo(1, 1) as number });
    expect(msAt(50)).toBeCloseTo(500, 0);
    expect(msAt(99)).toBeCloseTo(990, -1);
    const percents = distribution.map(({ percent }) => percent);
    expect(percents).toEqual([...new Set(percents)].toSorted((a, b) => a - b));
  });

  it.each([
    [44, 90],
    [459, 99],
    [4603, 99.9],
  ])('of %p answers ends near %p %%', (answers, percent) => {
    const end = distributionTo(answers).at(-1)?.percent ?? NaN;
    expect(end).toBeGreaterThanOrEqual(percent);
    expect((100 - end) / (100 - percent)).toBeGreaterThan(0.97);
  });
});
