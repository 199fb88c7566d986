import { mayBeMachine } from '../../../../lib/bench/analysis/checks/drift.ts';
import { nextStepsOf, stepText } from '../../../../lib/bench/analysis/next-steps.ts';
import { openNeighbours } from '../../../../lib/bench/analysis/ranking.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { CheckResult } from '../../../../lib/bench/analysis/summary-row.ts';
import type { InvalidReason, Summary } from '../../../../lib/bench/analysis/summary.ts';
import type { FailingTarget } from '../../../../lib/bench/analysis/verdict-types.ts';
import { type Level, targetId } from '../../../../lib/bench/model/measurement.ts';
import { pastedCommands } from '../../../support/pasted-commands.ts';
import { closed, recordedRun, recordedTargets } from '../../../support/recorded-run.ts';
import { refusingRun } from '../../../support/refusing-run.ts';

const targets = recordedTargets().slice(1);

const simulated = summarise(
  recordedRun({
    repeats: 5,
    durationSeconds: 4,
    scenarios: ['warm'],
    levels: [closed(4), closed(16)],
    targets,
  }),
);

const FOLDER = { folder: 'results/a', secondsPerRepeat: 10 };

/** The run as if real servers had been measured, with noisy verdicts unless they are withheld, and another check of its first row. */
const open = (check: CheckResult, moreRepeats?: number, repeatsAnew?: number): Summary => ({
  ...simulated,
  plan: {
    ...simulated.plan,
    runtime: 'venv',
    options: { ...simulated.plan.options, repeats: 10 },
  },
  rows: simulated.rows.map((row, at) => (at === 0 ? { ...row, checks: [check] } : row)),
  headline: simulated.headline && {
    ...simulated.headline,
    verdicts: simulated.headline.verdicts.map((verdict) =>
      verdict.judgement.kind === 'withheld'
        ? verdict
        : { ...verdict, judgement: { kind: 'noisy' }, moreRepeats, repeatsAnew },
    ),
  },
});

const failing: CheckResult = { check: 'middleware-cpu', state: 'failed' };
const restless: CheckResult = { check: 'drift', state: 'warned', reason: 'restless' };
const warming: CheckResult = { ...restless, facts: { isWarming: true } };

const passing: CheckResult = { check: 'noop-limit', state: 'passed' };
const [, target] = recordedTargets();
const AGAIN = /^npx serving-compare run /;

/** The run as if it were invalid. */
const invalidFor = (reason: InvalidReason, check = passing): Summary => {
  const failed = ['failed-measurements', 'answer-check'].includes(reason.code) ? 1 : 0;
  return {
    ...open(check),
    measurements: { ...simulated.measurements, failed },
    validity: { valid: false, reasons: [reason] },
  };
};

/** The run as if no result of its first target had passed a check. */
const invalidCheck = (result: CheckResult): Summary =>
  invalidFor(
    {
      code: 'failed-checks',
      targets: [target],
      results: 1,
      checks: [{ check: result.check, results: 1 }],
    },
    result,
  );

const slowing: CheckResult = { check: 'drift', state: 'failed', reason: 'slower' };
const starting: CheckResult = { check: 'drift', state: 'failed', reason: 'slow-start' };
const contested: CheckResult = { check: 'drift', state: 'failed', reason: 'contested' };
const stepping: CheckResult = { check: 'drift', state: 'failed', reason: 'step-up' };

const openAt = (ratePerSecond: number): Level => ({
  loop: 'open',
  ratePerSecond,
  arrivals: 'poisson',
});

/** The first step of an invalid run. */
const stepAfter = (reason: InvalidReason) => nextStepsOf(invalidFor(reason), FOLDER)[0];

/** Of two targets that are at the limit of the rig at every level. */
const atRigLimit = (directShare: number): Summary =>
  summarise(recordedRun({ scenarios: ['warm'], noopLimitFactor: 1.1, directShare, targets }));

const busy = (summary: Summary): Summary => ({
  ...summary,
  rows: summary.rows.map((row) => ({
    ...row,
    checks: row.checks?.map((result) => ({ ...result, facts: { ...result.facts, isBusy: true } })),
  })),
  machine: { targets: [], waitShare: 0.5, othersCpuShare: 0.5, isBusy: true },
});

const SUMMARIES: readonly Summary[] = [
  ...[open(restless), open(starting, 12), open(passing, 12, 20), open(passing)].map(busy),
  ...[slowing, starting, stepping, contested, failing].flatMap((check) => [
    open(check, 12, 18),
    invalidCheck(check),
  ]),
  summarise(refusingRun().run),
  open(restless),
  open(warming),
  open(passing, 12, 20),
  open(passing, 31, 25),
  open(passing),
  invalidFor({ code: 'failed-measurements', target, count: 1, message: 'It ended.' }),
  invalidFor({ code: 'cut-off', recorded: 1, planned: 2 }),
  invalidFor({ code: 'noop-failures', results: 1 }),
];

describe('The next steps after a run', () => {
  it.each([
    [
      'as long as would probably decide',
      12,
      20,
      { seconds: 120, isResumed: true },
      /^npx serving-compare run --resume results\/a --max-time 3m$/,
    ],
    [
      'with more repeats than its plan may have',
      31,
      25,
      { seconds: 250, isResumed: false },
      /^npx serving-compare run .*--repeats 25\b/,
    ],
    [
      'again without a time if two hours would not decide',
      731,
      721,
      { seconds: undefined, isResumed: false },
      AGAIN,
    ],
    [
      'again without a time if no number of repeats is known to decide',
      undefined,
      undefined,
      { seconds: undefined, isResumed: false },
      AGAIN,
    ],
  ])('measure %s the undecided neighbours', (_, more, anew, facts, command) => {
    expect(nextStepsOf(open(passing, more, anew), FOLDER)).toEqual([
      {
        code: 'measure-longer',
        ...facts,
        isBusy: false,
        noise: simulated.headline?.noise,
        command: expect.stringMatching(command) as string,
      },
    ]);
  });

  it('measure what can be decided if the rest would take hours, and name that', () => {
    const { headline, ...undecided } = open(passing, 500, 18);
    const [hopeless, ...others] = openNeighbours({ headline, ...undecided });
    const verdicts = headline?.verdicts.map((verdict) =>
      verdict === hopeless ? { ...verdict, repeatsAnew: 1_000_000 } : verdict,
    );
    const [step] = nextStepsOf(
      { ...undecided, headline: headline && { ...headline, verdicts: verdicts ?? [] } },
      FOLDER,
    );

    expect(others).not.toHaveLength(0);
    expect(step).toMatchObject({
      code: 'measure-longer',
      only: others.map(({ first, second }) => ({ first, second })),
    });
    expect(step?.command).toContain('--repeats 18 ');
  });

  it('measure anew with more repeats if their number was given', () => {
    const { plan, ...undecided } = open(passing, 12, 18);
    const options = { ...plan.options, ends: 'with-repeats' } as const;
    const [step] = nextStepsOf({ ...undecided, plan: { ...plan, options } }, FOLDER);

    expect(step).toMatchObject({ code: 'measure-longer', isResumed: false });
    expect(step?.command).toContain('--repeats 18 ');
  });

  it('have the time limit that the user gave only if they need no longer', () => {
    const { plan, ...undecided } = open(passing, 31, 25);
    const limited = { ...undecided, plan: { ...plan, settings: { maxSeconds: 60 } } };
    const [longer] = nextStepsOf(limited, FOLDER);
    const [again] = nextStepsOf({ ...limited, rows: open(failing).rows }, FOLDER);

    expect(longer?.command).toMatch(/ --repeats 25 .*--seed 7$/);
    expect(longer?.command).not.toContain('--max-time');
    expect(again?.command).toContain(' --max-time 1m ');
  });

  it.each(SUMMARIES)('are one command that this program accepts', async (summary) => {
    const steps = nextStepsOf(summary, FOLDER);

    expect(await pastedCommands(steps.map(({ command }) => command).join('\n'))).toHaveLength(1);
  });

  it('are about a failed check before undecided neighbours', () => {
    expect(nextStepsOf(open(failing, 12), FOLDER)).toMatchObject([
      { code: 'failed-check', target, result: failing },
    ]);
  });

  it('are about a target that fails requests before everything else: the levels at which all answer', () => {
    const summary = summarise(refusingRun().run);
    const restlessToo = {
      ...summary,
      rows: summary.rows.map((row) => ({ ...row, checks: [restless] })),
    };

    expect(nextStepsOf(restlessToo, FOLDER)).toEqual([
      {
        code: 'failed-requests',
        target,
        levels: 'answered',
        command: expect.stringMatching(/ --levels 1 /) as string,
      },
    ]);
  });

  it.each([
    ['one user, if it fails at all levels', [closed(4), closed(8)], 'one-user', / --levels 1 /],
    ['the same again, if it fails at one user, too', [closed(1)], 'same', AGAIN],
    ['the rates at which nothing queues', [openAt(10), openAt(20)], 'answered', / --rates 10 /, 20],
    [
      'half of the lowest rate, if requests queue up there, too',
      [openAt(20)],
      'lower-rate',
      / --rates 10 /,
      20,
    ],
  ] as const)('are to measure %s', (_, at, levels, command, queuedAt: number = 0) => {
    const { run, refusing } = refusingRun();
    const { plan, ...summary } = summarise(run);
    const found: FailingTarget =
      queuedAt === 0
        ? {
            target: refusing,
            reason: { code: 'failed-requests', share: 0.8, level: closed(4) },
            levels: at,
          }
        : {
            target: refusing,
            reason: { code: 'queued-requests', answeredPerSecond: 15, offeredPerSecond: 20 },
            levels: [openAt(queuedAt)],
          };
    const refused = {
      ...summary,
      plan: { ...plan, options: { ...plan.options, levels: at } },
      headline: summary.headline && { ...summary.headline, failing: [found] },
    } satisfies Summary;

    expect(nextStepsOf(refused, FOLDER)).toEqual([
      {
        code: 'failed-requests',
        target: refusing,
        levels,
        command: expect.stringMatching(command) as string,
      },
    ]);
  });

  it('are to look at a target whose repeats differ much more than those of the others, before the machine is blamed', () => {
    const steps = [restless, warming].flatMap((result) => nextStepsOf(open(result), FOLDER));

    expect(steps).toMatchObject([
      { code: 'restless-target', target, result: restless },
      { code: 'restless-target', target, result: warming },
    ]);
    // A longer warm-up would not help the first.
    expect(steps.map(({ command }) => / --warmup \d+s /.test(command))).toEqual([false, true]);
  });

  it('do not name a simulated server instead of the machine if other programs disturbed it', () => {
    const { machine } = busy(simulated);
    const measured = { ...open(restless, 12), machine };
    const codesOf = (runtime: 'venv' | 'simulated') =>
      nextStepsOf({ ...measured, plan: { ...measured.plan, runtime } }, FOLDER).map(
        ({ code }) => code,
      );

    expect(codesOf('venv')).toEqual(['restless-target']);
    expect(codesOf('simulated')).toEqual(['measure-longer']);
  });

  it.each([
    ['slow at first', starting],
    ['slower from one repeat on', stepping],
  ])('are to close other programs if they may be why a target is %s', (_, check) => {
    expect(nextStepsOf(busy(open(check)), FOLDER)).toEqual([
      { code: 'busy-machine', targets: [target], command: expect.stringMatching(AGAIN) as string },
    ]);
  });

  it('are to measure again if it is not known whether a target or the machine changed', () => {
    for (const summary of [open(contested), invalidCheck(contested)]) {
      const [step, ...others] = nextStepsOf(summary, FOLDER);

      expect(step).toMatchObject({
        code: 'busy-machine',
        command: expect.not.stringMatching('warmup'),
      });
      expect(others).toEqual([]);
    }
  });

  it('do not blame a target that is restless at one level on a busy machine', () => {
    expect(nextStepsOf(busy(open(restless)), FOLDER)).toMatchObject([
      { code: 'measure-longer', isBusy: true },
    ]);
  });

  it('are to look at a target that is restless at each level, or changed to more than twice its time, even on a busy machine', () => {
    const summary = busy(open(restless));
    const everywhere = {
      ...summary,
      rows: summary.rows.map((row) =>
        targetId(row.target) === targetId(target) ? { ...row, checks: [restless] } : row,
      ),
    };

    const [step] = nextStepsOf(everywhere, FOLDER);
    expect(step).toMatchObject({ code: 'restless-target', target });
    expect(step?.code === 'restless-target' && mayBeMachine(step.result)).toBe(false);
    expect(nextStepsOf(busy(open({ ...starting, figure: 2.1 })), FOLDER)).toMatchObject([
      { code: 'failed-check', target, command: expect.stringMatching(/ --warmup /) as string },
    ]);
  });

  it('are to look at a target that became slower and slower on a busy machine, too', () => {
    expect(nextStepsOf(busy(open(slowing)), FOLDER)).toMatchObject([{ code: 'failed-check' }]);
  });

  it('put a target under constant load that became slower and slower', () => {
    const { serving } = target;

    expect(nextStepsOf(open(slowing, 12), FOLDER)).toMatchObject([
      {
        code: 'failed-check',
        target,
        command: `npx serving-compare run --profile soak --servings ${serving} --runtime venv --seed 7`,
      },
    ]);
  });

  it('at the limit of the rig are to measure without the middleware, too, in as much time as that takes', () => {
    const { plan, ...limited } = atRigLimit(0);
    const summary = { ...limited, plan: { ...plan, settings: { maxSeconds: 90 } } };
    const [step] = nextStepsOf(summary, FOLDER);
    const [onBusy] = nextStepsOf(busy(summary), FOLDER);

    expect(step).toEqual({
      code: 'rig-limit',
      isBusy: false,
      command: expect.stringContaining('--bypass 2s') as unknown,
    });
    expect(step?.command).not.toContain('--max-time');
    expect(onBusy).toEqual({ ...step, isBusy: true });
    expect(
      [step, onBusy].map((each) => each && stepText(each, summary).startsWith('Close')),
    ).toEqual([false, true]);
  });

  it('are none if there were bypass runs, whether or not they tell all targets apart', () => {
    const { plan, noRanking, ...summary } = atRigLimit(0.5);
    if (noRanking?.code !== 'rig-limit') throw new Error('the rig was not the limit');
    const real = { ...summary, plan: { ...plan, runtime: 'venv' } } as const;

    expect(noRanking.bypass).toHaveLength(targets.length);
    for (const isBypassApart of [false, true]) {
      const limited = { ...real, noRanking: { ...noRanking, isBypassApart } };
      expect([limited, busy(limited)].flatMap((each) => nextStepsOf(each, FOLDER))).toEqual([]);
    }
  });

  it('are none if bypass runs failed, which they would again', () => {
    const { plan, ...summary } = atRigLimit(0);
    const options = { ...plan.options, bypassSeconds: 2 };

    expect(
      nextStepsOf({ ...summary, plan: { ...plan, runtime: 'venv', options } }, FOLDER),
    ).toEqual([]);
  });

  it('are more repeats if there are too few for a verdict', () => {
    const [step] = nextStepsOf(
      summarise(
        recordedRun({
          levels: [closed(1)],
          repeats: 1,
          scenarios: ['warm'],
          targets,
        }),
      ),
      FOLDER,
    );

    expect(step).toMatchObject({
      code: 'more-repeats',
      command: expect.stringMatching(AGAIN) as string,
    });
  });

  it('are to measure on for as long as a verdict needs if the time was up before', () => {
    const measured = recordedRun({
      levels: [closed(1)],
      repeats: 1,
      scenarios: ['warm'],
      targets,
    });
    const summary = summarise({
      ...measured,
      stopped: { why: 'time-up', repeats: 1, planned: 9 },
    });

    expect(summary.noRanking).toEqual({ code: 'time-up', repeats: 1, needed: 4 });
    expect(nextStepsOf(summary, { folder: 'results/a', secondsPerRepeat: 60 })).toEqual([
      {
        code: 'more-repeats',
        isBusy: false,
        command: 'npx serving-compare run --resume results/a --max-time 5m',
      },
    ]);
    const [onBusy] = nextStepsOf(busy(summary), FOLDER);
    expect(onBusy && stepText(onBusy, summary)).toMatch(/^Close other programs first\./);
  });

  it.each<readonly [InvalidReason, string, RegExp]>([
    [
      { code: 'failed-measurements', target, count: 1, message: 'It ended.' },
      'repeat-failed',
      /--resume results\/a$/,
    ],
    [{ code: 'cut-off', recorded: 1, planned: 2 }, 'measure-on', /--resume results\/a$/],
    [
      { code: 'answer-check', target, engine: 'onnx', fault: 'no-answer', isMeasured: false },
      'repeat-failed',
      /--resume results\/a$/,
    ],
    [{ code: 'noop-failures', results: 1 }, 'measure-again', AGAIN],
    [
      { code: 'no-request-ended', target, windowSeconds: 10, neededSeconds: 123 },
      'measure-again',
      / --duration 2m3s /,
    ],
    [
      {
        code: 'search-without-result',
        target,
        why: { code: 'short-windows', durationSeconds: 3, ratePerSecond: 12, neededSeconds: 11 },
      },
      'measure-again',
      / --duration 11s /,
    ],
  ])('make an invalid run valid: %j', (reason, code, command) => {
    expect(nextStepsOf(invalidFor(reason), FOLDER)).toMatchObject([
      { code, command: expect.stringMatching(command) as string },
    ]);
  });

  it('say whether something must be fixed before the run is measured again', () => {
    expect(
      stepAfter({
        code: 'wrong-under-load',
        fault: 'wrong-answer',
        targets: [{ target, count: 1, answers: 9 }],
      }),
    ).toMatchObject({ code: 'measure-again', isOnceFixed: true });
    expect(stepAfter({ code: 'calibration', result: failing })).toMatchObject({
      code: 'measure-again',
      isOnceFixed: false,
    });
  });

  it.each<InvalidReason>([
    {
      code: 'answer-check',
      target,
      engine: 'onnx',
      fault: 'wrong-answer',
      isMeasured: false,
    },
    {
      code: 'wrong-under-load',
      fault: 'wrong-answer',
      targets: [{ target, count: 1, answers: 9 }],
    },
    { code: 'noop-failures', results: 1 },
  ])('are no resumption of a run that it cannot make valid: %j', (reason) => {
    const failed = invalidFor({ code: 'failed-measurements', target, count: 1, message: 'gone' });
    const reasons = [...(failed.validity?.reasons ?? []), reason];

    expect(nextStepsOf({ ...failed, validity: { valid: false, reasons } }, FOLDER)).toEqual([
      {
        code: 'measure-again',
        isOnceFixed: true,
        command: expect.stringMatching(AGAIN) as string,
      },
    ]);
  });

  it.each<readonly [CheckResult, RegExp]>([
    [{ check: 'users-busy', state: 'failed' }, / --duration 12s /],
    [slowing, / --profile soak /],
  ])('are what may mend a failed check of an invalid run: %j', (result, command) => {
    expect(nextStepsOf(invalidCheck(result), FOLDER)).toEqual([
      { code: 'failed-check', target, result, command: expect.stringMatching(command) as string },
    ]);
  });

  it('are none while the run goes on', () => {
    expect(nextStepsOf({ ...open(passing, 12), isGoingOn: true }, FOLDER)).toEqual([]);
  });

  it('are to install the real servers after a simulated run that is decided', () => {
    expect(nextStepsOf(simulated, FOLDER)).toEqual([
      { code: 'install-servers', command: 'npx serving-compare setup' },
    ]);
  });

  it('lead to their command, and name it only once', () => {
    const texts = SUMMARIES.flatMap((summary) =>
      nextStepsOf(summary, FOLDER).map((step) => stepText(step, summary)),
    );

    expect(texts.join('\n')).not.toMatch(/npx|: --|measure again\W+measure again/i);
    expect(texts.every((text) => text.endsWith(':'))).toBe(true);
  });
});
