import { readLatency } from '../../../../lib/bench/analysis/read-latency.ts';
import { loadResult } from '../../../support/recorded-run.ts';

const load = loadResult([10, 11, 12, 13], 1);
const other = loadResult([20, 21, 22, 23], 1);

describe('the latencies of a load', () => {
  it('are those of its histogram', () => {
    expect(readLatency('it', load).total).toBe(4);
    expect(readLatency('it', loadResult([], 1)).total).toBe(0);
  });

  it('are refused where the histogram is that of another load', () => {
    expect(() => readLatency('it', { ...load, histogram: other.histogram })).toThrow(
      'mean and percentiles of it are not those of its histogram',
    );
    expect(() => readLatency('it', { ...load, histogram: loadResult([1], 1).histogram })).toThrow(
      'holds 1 latencies, and the figures beside it are of 4',
    );
  });

  it.each(['meanMs', 'p50Ms', 'p90Ms', 'p95Ms', 'p99Ms'] as const)(
    'are refused where %s was changed',
    (figure) => {
      const latency = { ...load.latency, [figure]: load.latency[figure] * 0.99 };

      expect(() => readLatency('it', { ...load, latency })).toThrow('not those of its histogram');
    },
  );

  it('are refused where the histogram is none', () => {
    expect(() => readLatency('it', { ...load, histogram: 'AAAA' })).toThrow(
      expect.objectContaining({ code: 'BENCH_DAMAGED' }) as Error,
    );
  });
});
