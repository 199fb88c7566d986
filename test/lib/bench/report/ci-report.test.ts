import { judgeConditions } from '../../../../lib/bench/analysis/conditions.ts';
import { CHECKS } from '../../../../lib/bench/analysis/checks/check.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { conditionKind } from '../../../../lib/bench/cli/fail-if-option.ts';
import { runCiReport } from '../../../../lib/bench/report/ci-report.ts';
import { readJunit } from '../../../support/junit.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const run = recordedRun({ durationSeconds: 3 });
const summary = summarise(run);

const casesOf = (of: Summary, ...conditions: readonly string[]) =>
  readJunit(
    runCiReport(
      of,
      judgeConditions(
        of,
        conditions.map((text) => conditionKind.read(text)),
      ),
    ),
  );

/** The summary with a check that failed in its first measured row. */
const withFailedCheck = (valid: boolean): Summary => {
  const at = summary.rows.findIndex(({ checks }) => checks !== undefined);
  return {
    ...summary,
    validity: { valid, reasons: valid ? [] : ['it is <not> "valid" & so\u001B[31m on'] },
    rows: summary.rows.map((row, index) =>
      index === at
        ? { ...row, checks: [{ check: 'little', state: 'failed', finding: 'X·R ≠ N' }] }
        : row,
    ),
  };
};

describe('The report for CI', () => {
  it('has a test case for each condition, for the validity of the run and for each check', () => {
    const cases = casesOf(summary, 'p95>1h', 'rate<9999/s');

    expect(cases.map(({ suite }) => suite)).toEqual([
      'conditions',
      'conditions',
      'validity',
      ...CHECKS.map(() => 'checks'),
    ]);
    expect(cases.slice(0, 3)).toMatchObject([
      { name: 'p95>1h', state: 'passed' },
      { name: 'rate<9999/s', state: 'failed' },
      { state: 'passed' },
    ]);
  });

  it('skips a check that was not asked, and one that only excludes results', () => {
    const little = casesOf(withFailedCheck(true)).find(({ text }) => text.includes('X·R ≠ N'));

    expect(casesOf(summary)).toContainEqual(expect.objectContaining({ state: 'skipped' }));
    expect(little?.state).toBe('skipped');
  });

  it('fails a check of a run that is INVALID, with whatever characters its reasons have', () => {
    const failed = casesOf(withFailedCheck(false)).filter(({ state }) => state === 'failed');

    expect(failed).toMatchObject([
      { suite: 'validity', text: 'it is <not> "valid" & so[31m on' },
      { suite: 'checks' },
    ]);
  });

  it('says nothing of the validity of a run that goes on', () => {
    const { validity: _, ...goingOn } = summary;

    expect(casesOf(goingOn).map(({ suite }) => suite)).not.toContain('validity');
  });
});
