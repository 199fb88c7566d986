import { judgeConditions } from '../../../../lib/bench/analysis/judge-conditions.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { conditionKind } from '../../../../lib/bench/cli/fail-conditions.ts';
import { runCiReport } from '../../../../lib/bench/report/ci-report.ts';
import { titleOf } from '../../../../lib/bench/report/sections/head.ts';
import { rowLabels } from '../../../../lib/bench/wording/labels.ts';
import { readJunit } from '../../../support/junit.ts';
import { recordedRun } from '../../../support/recorded-run.ts';

const summary = summarise(recordedRun({ durationSeconds: 3 }));

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

describe('The report for CI', () => {
  it('has a test case for each condition and for the validity of the run', () => {
    expect(casesOf(summary, 'p95>1h', 'rate<9999/s')).toMatchObject([
      { kind: 'condition', name: 'p95>1h', state: 'passed' },
      { kind: 'condition', name: 'rate<9999/s', state: 'failed' },
      { kind: 'validity', state: 'passed' },
    ]);
  });

  it('has the finding and the command to paste', () => {
    const [validity] = casesOf(summary);

    expect(validity?.text).toContain(titleOf(summary, rowLabels(summary.rows, summary.plan)));
    expect(validity?.text).toContain(summary.nextSteps[0]?.command);
  });

  it('says why a run is invalid, with any characters in the reasons', () => {
    const error = 'it is <not> "valid" & so\u001B[31m on';
    const result = {
      check: 'calibration',
      state: 'failed',
      reason: 'no-figures',
      facts: { error },
    } as const;
    const reasons = [{ code: 'calibration', result } as const];

    expect(casesOf({ ...summary, validity: { valid: false, reasons } })).toMatchObject([
      {
        kind: 'validity',
        state: 'failed',
        text: expect.stringContaining(error.replace('\u001B', '\\u001b')) as string,
      },
    ]);
  });

  it('does not judge the validity of a run in progress', () => {
    const { validity: _, ...inProgress } = summary;

    expect(casesOf(inProgress)).toEqual([]);
  });
});
