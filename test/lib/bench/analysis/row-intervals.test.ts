import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const run = recordedRun({ repeats: 6, durationSeconds: 2, scenarios: ['warm'] });

describe('The intervals of a row', () => {
  it('hold the figures that stand in the row', () => {
    const { rows } = summarise(run);
    for (const { intervals, requestRatePerSecond, p50Ms } of rows.filter(
      (row) => row.repeats > 1,
    )) {
      const rate = intervals?.requestRatePerSecond;
      expect(rate?.value).toBe(requestRatePerSecond?.value);
      expect(rate?.interval?.low).toBeLessThanOrEqual(rate?.value ?? 0);
      expect(rate?.interval?.high).toBeGreaterThanOrEqual(rate?.value ?? 0);
      expect(intervals?.p50Ms?.value).toBe(p50Ms?.value);
    }
    expect(summarise(run).rows).toEqual(rows);
  });

  it('of p95 and p99 are there only where they are supported', () => {
    for (const row of summarise(run).rows.filter(({ repeats }) => repeats > 1)) {
      expect(row.intervals?.p95Ms !== undefined).toBe(row.percentileSupport?.p95);
      expect(row.intervals?.p99Ms !== undefined).toBe(row.percentileSupport?.p99);
    }
  });

  it('are absent where there is one repeat', () => {
    const { rows } = summarise(recordedRun({ repeats: 1, durationSeconds: 2 }));
    expect(rows.every((row) => row.intervals === undefined)).toBe(true);
  });
});
