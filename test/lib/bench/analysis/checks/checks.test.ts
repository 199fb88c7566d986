import { calibrationCheck } from '../../../../../lib/bench/analysis/checks/calibration.ts';
import { checksSupport } from '../../../../../lib/bench/analysis/checks/check.ts';
import { CHECKS, findingOf, rowChecks } from '../../../../../lib/bench/analysis/checks/checks.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { CheckResult } from '../../../../../lib/bench/analysis/summary-row.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import { recordedRun } from '../../../../support/recorded-run.ts';
import { measurementOf, loadOf, rowOf, statesOf } from './check-measurements.ts';

const checksOf = (repeats: readonly CompletedMeasurement[]) => {
  const row = rowOf({ repeats: repeats.length });
  return rowChecks({ row, repeats, run: { rows: [], calibration: calibrationCheck([]) } });
};

const [steady, busy, busier] = [0.4, 0.85, 0.95].map((busiestCpuShare, index) =>
  measurementOf(loadOf(400, 100), { busiestCpuShare, repeat: index + 1 }),
) as [CompletedMeasurement, CompletedMeasurement, CompletedMeasurement];

const supports = (...states: readonly CheckResult['state'][]) =>
  checksSupport({
    checks: states.map((state) => ({ check: 'noop-limit', state })),
  });

describe('The checks of a row', () => {
  it('are complete, in order, and find their words by name', () => {
    const results = checksOf([steady]);

    expect(results.map(({ check }) => check)).toEqual(CHECKS.map(({ name }) => name));
    expect(results.map(findingOf)).not.toContain('');
  });

  it('support a verdict unless one failed', () => {
    expect(supports('passed', 'failed')).toBe(false);
    expect(supports('passed', 'warned', 'unknown', 'not-applicable')).toBe(true);
    expect(supports()).toBe(true);
  });

  it('fail for all repeats together, or for the worst of them', () => {
    const check = checksOf([steady, busy, busier]).find(
      (result) => result.check === 'middleware-cpu',
    );

    expect(check).toMatchObject({ state: 'failed', figure: 0.95 });
  });

  it('fail if one repeat does, which they name, even if all together pass', () => {
    // 0.9 and 1.1 of the expected value cancel.
    const measurements = [3.6, 4.4, 4, 4].map((meanInFlight, index) =>
      measurementOf(loadOf(400, 100, { meanInFlight }), { repeat: index + 1 }),
    );
    const [usersBusy] = checksOf(measurements);

    expect(usersBusy).toMatchObject({
      state: 'failed',
      repeat: 2,
      figure: expect.closeTo(0.1) as number,
      facts: { users: 4, waiting: 4.4 },
    });
  });

  it('of a clean run passed, do not apply or are unknown, and no-op limits have none', () => {
    const { rows } = summarise(recordedRun());

    expect(statesOf(rows.find(({ engine }) => engine === 'onnx')?.checks)).toEqual({
      'users-busy': 'passed',
      'generator-cpu': 'passed',
      'middleware-cpu': 'passed',
      'noop-limit': 'passed',
      bypass: 'unknown',
      schedule: 'not-applicable',
      'gpu-idle': 'unknown',
      'gpu-throttled': 'unknown',
      'host-state': 'unknown',
      drift: 'unknown',
      censoring: 'passed',
      calibration: 'passed',
    });
    expect(rows.filter(({ engine }) => engine === 'noop').every(({ checks }) => !checks)).toBe(
      true,
    );
  });
});
