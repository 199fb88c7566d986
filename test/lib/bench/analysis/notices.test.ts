import { noticesOf, nextStepsOf } from '../../../../lib/bench/analysis/notices.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { CheckResult } from '../../../../lib/bench/analysis/summary-row.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';
import type { InvalidReason, Summary } from '../../../../lib/bench/analysis/summary.ts';

const run = recordedRun({ repeats: 4, scenarios: ['warm'], levels: [closed(1), closed(8)] });
const summary = summarise(run);

describe('The notices of a run', () => {
  it('say that some verdicts are withheld, and why the first one is', () => {
    // One of four targets fails too many requests, so that three of six pairs have no verdict.
    expect(summary.headline).toMatchObject({ given: 3 });
    expect(summary.notices).toMatchObject([
      { code: 'withheld', verdicts: 3, of: 6, reason: { code: 'failed-requests' } },
    ]);
  });

  it('say that a run is going on, or that its time was up', () => {
    const records = run.records.filter(
      (record) => record.kind !== 'measurement' || record.measurement.repeat === 1,
    );
    const { notices, plan } = summarise({
      ...run,
      records,
      isGoingOn: true,
      stopped: { why: 'time-up', repeats: run.plan.options.repeats, planned: 9 },
    });

    expect(notices.slice(0, 2)).toEqual([
      { code: 'going-on', recorded: plan.measurementCount / 4, planned: plan.measurementCount },
      { code: 'time-up', repeats: plan.options.repeats, planned: 9 },
    ]);
  });

  it('say how a target changed, once for each target', () => {
    const drifting: CheckResult = { check: 'drift', state: 'failed', reason: 'slower' };
    const [first] = summary.rows;
    const rows = summary.rows.map((row) =>
      row.target === first?.target ? { ...row, checks: [drifting] } : row,
    );

    expect(noticesOf({ ...summary, rows })[0]).toEqual({
      code: 'drift',
      target: first?.target,
      scenario: 'warm',
      level: closed(1),
      result: drifting,
    });
    expect(noticesOf({ ...summary, rows }).filter(({ code }) => code === 'drift')).toHaveLength(1);
  });

  it('say how many bypass runs gave no figures', () => {
    const rows = summary.rows.map((row) => ({
      ...row,
      bypassFailures: [{ repeat: 1, reason: 'nobody listens' }],
    }));

    expect(noticesOf({ ...summary, rows }).at(-1)).toEqual({
      code: 'no-bypass',
      measurements: rows.filter(({ engine }) => engine !== 'noop').length,
      reason: 'nobody listens',
    });
  });
});

const simulated = summarise(
  recordedRun({
    repeats: 5,
    durationSeconds: 4,
    scenarios: ['warm'],
    levels: [closed(4), closed(16)],
  }),
);

const FOLDER = { folder: 'results/a', secondsPerRepeat: 10 };

/** The run as if real servers had been measured, with noisy verdicts unless they are withheld, and another check of its first row. */
const open = (check: CheckResult, moreRepeats?: number): Summary => ({
  ...simulated,
  plan: { ...simulated.plan, runtime: 'venv' },
  rows: simulated.rows.map((row, at) => (at === 0 ? { ...row, checks: [check] } : row)),
  headline: simulated.headline && {
    ...simulated.headline,
    verdicts: simulated.headline.verdicts.map((verdict) =>
      verdict.judgement.kind === 'withheld'
        ? verdict
        : { ...verdict, judgement: { kind: 'noisy' }, moreRepeats },
    ),
  },
});

const failing: CheckResult = { check: 'middleware-cpu', state: 'failed' };
const restless: CheckResult = { check: 'drift', state: 'warned', reason: 'restless' };

const stepsAfter = (reasons: readonly InvalidReason[]) =>
  nextStepsOf({ ...simulated, validity: { valid: false, reasons } }, FOLDER);

describe('The next steps after a run', () => {
  it.each([
    ['as long as would probably decide', 12, 120],
    ['without a time if two hours would not decide', 721, undefined],
    ['without a time if no number of repeats is known to decide', undefined, undefined],
  ])('are a failed check, then to measure on, %s the undecided neighbours', (_, more, seconds) => {
    // One of four targets is not ranked.
    expect(nextStepsOf(open(failing, more), FOLDER)).toEqual([
      { code: 'failed-check', result: failing },
      {
        code: 'measure-longer',
        pairs: 2,
        seconds,
        resume: 'results/a',
        noise: simulated.headline?.noise,
      },
    ]);
  });

  it('do not resume a run whose number of repeats is given', () => {
    const { plan, ...undecided } = open(failing, 12);
    const options = { ...plan.options, ends: 'with-repeats' } as const;
    const step = nextStepsOf({ ...undecided, plan: { ...plan, options } }, FOLDER).at(-1);

    expect(step).toMatchObject({ code: 'measure-longer', resume: undefined });
  });

  it('are to look at a target whose repeats differ much more than those of the others, before the machine is blamed', () => {
    expect(nextStepsOf(open(restless), FOLDER)).toEqual([
      { code: 'restless-target', target: simulated.rows[0]?.target, result: restless },
    ]);
  });

  it('do not include more repeats of a target that drifts', () => {
    const drifting: CheckResult = { check: 'drift', state: 'failed', reason: 'slower' };

    expect(nextStepsOf(open(drifting, 12), FOLDER).map(({ code }) => code)).toEqual([
      'failed-check',
    ]);
  });

  it.each([
    ['to measure without the middleware, too', 0, false, '--bypass 2s'],
    ['a larger machine, if that was done', 0.5, true, '--seed 7'],
  ])('at the limit of the rig are %s', (_, directShare, isBypassed, option) => {
    const { nextSteps } = summarise(
      recordedRun({ scenarios: ['warm'], noopLimitFactor: 1.1, directShare }),
    );

    expect(nextSteps[0]).toEqual({
      code: 'rig-limit',
      isBypassed,
      command: expect.stringContaining(option) as unknown,
    });
  });

  it('are to measure again if the run is invalid, unless it was cut off and goes on', () => {
    const cutOff = { code: 'cut-off', recorded: 1, planned: 2, resume: '' } as const;
    expect(stepsAfter([{ code: 'failed-measurements', count: 1 }])).toEqual([
      { code: 'measure-again', command: 'npx serving-compare run --seed 7' },
    ]);
    expect(stepsAfter([cutOff])).toEqual([]);
  });

  it('are only to repeat what failed if a measurement did', () => {
    const resume = 'npx serving-compare run --resume results/a';
    const validity = { valid: false, reasons: [], resume };

    expect(nextStepsOf({ ...simulated, validity }, FOLDER)).toEqual([
      { code: 'repeat-failed', resume },
    ]);
  });

  it('are to install the real servers after a simulated run on this machine', () => {
    expect(nextStepsOf(simulated, FOLDER).at(-1)).toEqual({ code: 'install-servers' });
  });
});
