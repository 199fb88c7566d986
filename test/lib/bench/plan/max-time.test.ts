import {
  calibrationSeconds,
  estimateSeconds,
} from '../../../../lib/bench/plan/estimate-duration.ts';
import { assertFits, REPORT_SECONDS, repeatsWithin } from '../../../../lib/bench/plan/max-time.ts';
import { HERE } from '../../../../lib/bench/model/plan.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const { plan: recorded } = recordedRun({ repeats: 6, durationSeconds: 1 });
const plan = {
  ...recorded,
  options: { ...recorded.options, repeats: 6, ends: 'with-repeats' },
} as const;

/** The estimated time of a run with its first repeats only. */
const secondsOf = (repeats: number): number =>
  REPORT_SECONDS +
  calibrationSeconds(plan) +
  estimateSeconds(
    plan.measurements.filter(({ repeat }) => repeat <= repeats),
    HERE,
  );

describe('The repeats that fit into a time', () => {
  it.each([3, 4, 6])('are %d in exactly the time that they take', (repeats) => {
    expect(repeatsWithin(plan, secondsOf(repeats), HERE)).toBe(repeats);
  });

  it('are one fewer in less time, and never more than planned', () => {
    expect(repeatsWithin(plan, secondsOf(5) - 0.001, HERE)).toBe(4);
    expect(repeatsWithin(plan, 10 * secondsOf(6), HERE)).toBe(6);
  });

  it('are at least four if the run ends when it is decided', () => {
    const adaptive = { ...plan, options: { ...plan.options, ends: 'when-decided' } } as const;

    expect(repeatsWithin(adaptive, 1, HERE)).toBe(4);
    expect(repeatsWithin(plan, 1, HERE)).toBe(3);
  });

  it('are refused if verdicts need more', () => {
    expect(() => assertFits(plan, secondsOf(3) - 0.001, HERE)).toThrow(
      expect.objectContaining({ code: 'BENCH_USAGE' }) as Error,
    );
  });
});
