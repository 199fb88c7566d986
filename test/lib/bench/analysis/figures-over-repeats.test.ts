import {
  latenciesOf,
  percentileMs,
  readHistogram,
} from '../../../../lib/bench/analysis/figures-over-repeats.ts';
import { evenLoad } from '../../../support/recorded-run.ts';

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
