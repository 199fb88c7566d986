import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

describe('The figures of a row', () => {
  it('lie within their intervals', () => {
    const { rows } = summarise(
      recordedRun({ repeats: 6, durationSeconds: 2, scenarios: ['warm'] }),
    );
    for (const { requestRatePerSecond, p50Ms } of rows) {
      for (const figure of [requestRatePerSecond, p50Ms]) {
        expect(figure?.interval?.low).toBeLessThanOrEqual(figure?.value ?? 0);
        expect(figure?.interval?.high).toBeGreaterThanOrEqual(figure?.value ?? Infinity);
      }
    }
  });

  it('have no intervals where there is one repeat', () => {
    const { rows } = summarise(recordedRun({ repeats: 1, durationSeconds: 2 }));

    expect(rows.every((row) => row.requestRatePerSecond?.interval === undefined)).toBe(true);
    expect(rows.every((row) => row.p50Ms?.interval === undefined)).toBe(true);
  });

  it('are no percentiles that too few answers claim', () => {
    const { rows } = summarise(recordedRun({ repeats: 2, durationSeconds: 5 }));
    const claims = rows.map(({ succeeded = 0, p95Ms, p99Ms, p999Ms }) => [
      succeeded >= 90 === (p95Ms !== undefined),
      succeeded >= 459 === (p99Ms !== undefined),
      succeeded >= 4603 === (p999Ms !== undefined),
    ]);

    expect(new Set(claims.flat())).toEqual(new Set([true]));
    expect(new Set(rows.map(({ p99Ms }) => p99Ms === undefined))).toEqual(new Set([true, false]));
  });
});
