import { readHistogram } from '../../../../lib/bench/analysis/merged-latency.ts';
import { loadResult } from '../../../support/recorded-run.ts';

describe('the histogram of a load', () => {
  it('holds its latencies', () => {
    expect(readHistogram('it', loadResult([10, 11, 12, 13], 1).histogram).total).toBe(4);
    expect(readHistogram('it', loadResult([], 1).histogram).total).toBe(0);
  });

  it('is refused where it cannot be read', () => {
    expect(() => readHistogram('it', 'AAAA')).toThrow(
      expect.objectContaining({ code: 'BENCH_DAMAGED' }) as Error,
    );
  });
});
