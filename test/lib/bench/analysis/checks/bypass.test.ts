import { bypassFailuresOf, bypassOf } from '../../../../../lib/bench/analysis/checks/bypass.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import {
  completedMeasurement,
  bypassRun,
  evenLoad,
  planMeasurement,
  recordedRun,
} from '../../../../support/recorded-run.ts';

/** A measurement with this many answers in ten seconds through the middleware. */
const completed = (
  repeat: number,
  count: number,
  extra: Partial<CompletedMeasurement>,
): CompletedMeasurement =>
  completedMeasurement(planMeasurement({ repeat }), evenLoad(count, 20, 10), extra);
const direct = (count: number, ms: number, durationSeconds: number, rateShare: number) => ({
  ...bypassRun(evenLoad(count, ms, durationSeconds), 1),
  ...evenLoad(count, ms, durationSeconds),
  rateShare,
});

describe('The bypass runs of a row', () => {
  it('have pooled rates and merged latencies over the repeats with a bypass run', () => {
    const measurements = [
      completed(1, 400, { bypass: direct(50, 10, 1, 0.8) }),
      completed(2, 200, { bypass: direct(100, 30, 4, 0.8) }),
      completed(3, 990, {}),
      completed(4, 990, { bypass: { state: 'failed', reason: 'nobody listens' } }),
    ];

    expect(bypassOf(measurements)).toEqual({
      repeats: 2,
      // 150 answers in 5 s directly; 600 in 20 s through the middleware.
      requestRatePerSecond: 30,
      slowestRepeat: 25,
      fastestRepeat: 50,
      share: 1,
      p50Ms: expect.closeTo(30, 1) as number,
      p99Ms: undefined,
      failed: 0,
      keptUp: true,
    });
    expect(bypassFailuresOf(measurements)).toEqual([{ repeat: 4, reason: 'nobody listens' }]);
  });

  it('show if the load generator was the limit', () => {
    const check = direct(50, 10, 1, 0.8);
    const late = { ...check, self: { ...check.self, keptUp: false, reason: 'it was busy' } };

    expect(bypassOf([completed(1, 400, { bypass: late })])?.keptUp).toBe(false);
  });

  it('are absent if there are none', () => {
    expect(bypassOf([completed(1, 400, {})])).toBeUndefined();
    expect(bypassFailuresOf([completed(1, 400, {})])).toEqual([]);
  });

  it('are in the rows of a summary, but not in those of no-op limits', () => {
    const { rows } = summarise(recordedRun({ durationSeconds: 3, directShare: 0.5 }));
    const shares = (engine: string) =>
      rows.filter((row) => row.engine === engine).map((row) => row.bypass?.share);

    expect(
      shares('onnx').every((share) => share !== undefined && Math.abs(share - 0.5) < 0.05),
    ).toBe(true);
    expect(new Set(shares('noop'))).toEqual(new Set([undefined]));
    expect(rows.every((row) => row.bypassFailures === undefined)).toBe(true);
  });
});
