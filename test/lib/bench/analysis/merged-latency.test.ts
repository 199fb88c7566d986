import {
  latenciesOf,
  mergedLatency as mergedLatencyOf,
  readHistogram,
} from '../../../../lib/bench/analysis/merged-latency.ts';
import type { Distribution } from '../../../../lib/bench/stats/distribution.ts';
import { loadResult } from '../../../support/recorded-run.ts';

const latencyOf = (latenciesMs: readonly number[]): Distribution =>
  readHistogram('it', loadResult(latenciesMs, 1).histogram);

const mergedLatency = (repeats: readonly Distribution[]) => {
  const latencies = latenciesOf(repeats);
  return latencies === undefined ? undefined : mergedLatencyOf(latencies);
};

const many = (count: number, latencyMs: number): number[] =>
  Array.from({ length: count }, () => latencyMs);

describe('Percentiles over repeats', () => {
  it('are those of the union of all answers, not the mean of the repeats’ percentiles', () => {
    // 100 answers of 10 ms and 10 of 1000 ms: the p95 of the union lies among the slow ones, the 5th of the last 6.
    const merged = mergedLatency([latencyOf(many(100, 10)), latencyOf(many(10, 1000))]);
    const meanOfMedians = (10 + 1000) / 2;
    expect(merged?.p50Ms.value).toBeCloseTo(10, 1);
    expect(merged?.p50Ms.value).not.toBeCloseTo(meanOfMedians, -1);
    expect(merged?.p95Ms.value).toBeGreaterThan(999);
    expect(merged?.p95Ms).toMatchObject({ min: expect.closeTo(10, 1) });
    expect(merged?.count).toBe(110);
  });

  it('range over the percentiles of the single repeats', () => {
    const merged = mergedLatency([10, 20, 40].map((latencyMs) => latencyOf(many(50, latencyMs))));
    expect(merged?.p50Ms.value).toBeCloseTo(20, 1);
    expect(merged?.p50Ms.min).toBeCloseTo(10, 1);
    expect(merged?.p50Ms.max).toBeCloseTo(40, 1);
  });

  it('ignore a repeat without an answer', () => {
    const merged = mergedLatency([latencyOf([]), latencyOf([5, 5, 5])]);
    expect(merged?.p50Ms.min).toBeCloseTo(5, 2);
    expect(merged?.count).toBe(3);
  });

  it('are refused where a histogram cannot be read', () => {
    expect(() => readHistogram('it', 'AAAA')).toThrow(
      expect.objectContaining({ code: 'BENCH_DAMAGED' }) as Error,
    );
  });
});
