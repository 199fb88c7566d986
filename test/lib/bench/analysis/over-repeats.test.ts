import {
  latenciesOf,
  percentileMs,
  readHistogram,
} from '../../../../lib/bench/analysis/over-repeats.ts';
import { loadResult } from '../../../support/recorded-run.ts';

const percentileOf = (percentile: number, ...repeats: readonly (readonly number[])[]) => {
  const latencies = latenciesOf(
    repeats.map((latenciesMs) => readHistogram('it', loadResult(latenciesMs, 1).histogram)),
  );
  return latencies && percentileMs(latencies, percentile);
};

const many = (count: number, latencyMs: number): number[] =>
  Array.from({ length: count }, () => latencyMs);

describe('A percentile over repeats', () => {
  it('is that of the union of all answers, not the mean of the repeats’ percentiles', () => {
    // 100 answers of 10 ms and 10 of 1000 ms: 95 % of 110 are 105, so p95 is one of the slow answers.
    const repeats = [many(100, 10), many(10, 1000)];

    expect(percentileOf(50, ...repeats)).toBeCloseTo(10, 1);
    expect(percentileOf(95, ...repeats)).toBeGreaterThan(999);
  });

  it('ignores a repeat without an answer', () => {
    expect(percentileOf(50, [], [5, 5, 5])).toBeCloseTo(5, 2);
    expect(percentileOf(50, [])).toBeUndefined();
  });

  it('is refused if a histogram cannot be read', () => {
    expect(() => readHistogram('it', 'AAAA')).toThrow(
      expect.objectContaining({ code: 'BENCH_DAMAGED' }) as Error,
    );
  });
});
