import { nextStepsOf } from '../../../../lib/bench/analysis/next-steps.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { CheckResult } from '../../../../lib/bench/analysis/summary-row.ts';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

const summary = summarise(
  recordedRun({
    repeats: 5,
    durationSeconds: 4,
    scenarios: ['warm'],
    levels: [closed(4), closed(16)],
  }),
);

/** The run as if real servers had been measured, with noisy verdicts unless they are withheld, and another check of its first row. */
const open = (check: CheckResult, repeatsToDecide?: number): Summary => ({
  ...summary,
  plan: { ...summary.plan, runtime: 'venv' },
  rows: summary.rows.map((row, at) => (at === 0 ? { ...row, checks: [check] } : row)),
  headline: summary.headline && {
    ...summary.headline,
    verdicts: summary.headline.verdicts.map((verdict) =>
      verdict.judgement.kind === 'withheld'
        ? verdict
        : { ...verdict, judgement: { kind: 'noisy' }, repeatsToDecide },
    ),
  },
});

const near: CheckResult = { check: 'noop-limit', state: 'failed', reason: 'near' };
const restless: CheckResult = { check: 'drift', state: 'warned', reason: 'restless' };

describe('The next steps after a run', () => {
  it.each([
    ['so many repeats as would probably decide', 12, { code: 'more-repeats', repeats: 12 }],
    [
      'a machine with less noise if more repeats would hardly decide',
      undefined,
      { code: 'less-noise' },
    ],
  ])('are a failed check, then %s the undecided pairs', (_, repeats, step) => {
    expect(nextStepsOf(open(near, repeats))).toMatchObject([
      { code: 'failed-check', result: near },
      { ...step, pairs: expect.any(Number) as number },
    ]);
  });

  it('are to look at a target whose repeats differ much more than those of the others, before the machine is blamed', () => {
    expect(nextStepsOf(open(restless))).toEqual([
      { code: 'restless-target', target: summary.rows[0]?.target, result: restless },
    ]);
  });

  it('do not include more repeats of a target that drifts', () => {
    const drifting: CheckResult = { check: 'drift', state: 'failed', reason: 'slower' };

    expect(nextStepsOf(open(drifting, 12)).map(({ code }) => code)).toEqual(['failed-check']);
  });

  it('are none if the run is invalid', () => {
    expect(nextStepsOf({ ...summary, validity: { valid: false, reasons: [] } })).toEqual([]);
  });

  it('are only to repeat what failed if a measurement did', () => {
    const resume = 'npx serving-compare run --resume results/a';
    const validity = { valid: false, reasons: [], resume };

    expect(nextStepsOf({ ...summary, validity })).toEqual([{ code: 'repeat-failed', resume }]);
  });

  it('are to install the real servers after a simulated run on this machine', () => {
    expect(nextStepsOf(summary).at(-1)).toEqual({ code: 'install-servers' });
  });
});
