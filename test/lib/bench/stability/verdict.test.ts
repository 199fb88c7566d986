import type { FaultFigures } from '../../../../lib/bench/model/stability.ts';
import {
  controlOf,
  effectOf,
  NO_CONTROL,
  type Allowance,
} from '../../../../lib/bench/stability/verdict.ts';
import { faultFigures, part } from '../../../support/fault-figures.ts';

const quiet: Allowance = { p99Ms: 10, failedShare: 0, memoryGainedMiB: 0 };

/** The effect of a fault, given a control within the limits. */
const judged = (over: Partial<FaultFigures>, control: Partial<Allowance> = {}) => {
  const calm = { ...quiet, ...control };
  return effectOf(faultFigures(over), { calm, worst: calm });
};

describe('The verdict on a fault', () => {
  it('is "unaffected" if good requests are answered as before', () => {
    expect(judged({})).toEqual({
      verdict: 'unaffected',
      beyond: [],
      failedShare: 0,
      p99Ratio: 1,
      recoverySeconds: 0,
      memoryGainedMiB: 0,
      processesLost: 0,
    });
  });

  it('is "died" if the serving ended or does not answer again', () => {
    expect(judged({ ended: 'signal SIGKILL' }).verdict).toBe('died');
    expect(judged({ answersAgain: false }).verdict).toBe('died');
  });

  it('is "failed" if at least two good requests and more than 1 % failed', () => {
    expect(judged({ during: part({ failed: 2 }) }).verdict).toBe('unaffected');
    expect(judged({ during: part({ failed: 3 }) })).toMatchObject({
      verdict: 'failed',
      beyond: ['failedShare'],
    });
    expect(judged({ after: part({ failed: 3 }) }).verdict).toBe('failed');
    const few = { during: part({ requests: 5, failed: 1 }), after: part({ requests: 10 }) };
    expect(judged(few).verdict).toBe('unaffected');
  });

  it('does not blame a fault for failures that the control has as well', () => {
    const failing = { during: part({ failed: 3 }), after: part({ failed: 3 }) };

    expect(judged(failing, { failedShare: 0.025 }).verdict).toBe('unaffected');
    expect(judged(failing, { failedShare: 0.015 }).verdict).toBe('failed');
  });

  it('is "degraded" if p99 is more than twice the one before and the worst of the control', () => {
    expect(judged({ during: part({ p99Ms: 20 }) }).verdict).toBe('unaffected');
    expect(judged({ during: part({ p99Ms: 21 }) })).toMatchObject({
      beyond: ['p99Ratio'],
      p99Ratio: 2.1,
    });
    expect(judged({ after: part({ p99Ms: 21 }) }).beyond).toEqual(['p99Ratio']);
    expect(judged({ after: part({ p99Ms: 21 }) }, { p99Ms: 11 }).verdict).toBe('unaffected');
    expect(judged({ before: part({ p99Ms: 11 }), after: part({ p99Ms: 21 }) }).verdict).toBe(
      'unaffected',
    );
  });

  it('is "degraded" if it takes more than a second until half of the requests are on time and none fails', () => {
    const [late, failed, normal] = [part({ p50Ms: 21 }), part({ failed: 1 }), part()];

    expect(judged({ slices: [late, late, normal, normal] })).toMatchObject({
      verdict: 'unaffected',
      recoverySeconds: 1,
    });
    expect(judged({ slices: [normal, normal, failed, normal] })).toMatchObject({
      beyond: ['recoverySeconds'],
      recoverySeconds: 1.5,
    });
  });

  it('is "degraded", without a time, if it takes longer than the window', () => {
    const effect = judged({ slices: [part(), part({ failed: 1 })] });

    expect(effect.beyond).toEqual(['recoverySeconds']);
    expect(effect.recoverySeconds).toBeUndefined();
  });

  it('is "degraded" if memory grows by more than 8 MiB, 5 %, and twice the growth in the control', () => {
    const larger = { memoryMiB: { before: 100, after: 109 } };

    expect(judged({ memoryMiB: { before: 100, after: 107 } }).verdict).toBe('unaffected');
    expect(judged(larger).beyond).toEqual(['memoryGainedMiB']);
    expect(judged({ memoryMiB: { before: 1000, after: 1040 } }).verdict).toBe('unaffected');
    expect(judged(larger, { memoryGainedMiB: 5 }).verdict).toBe('unaffected');
  });

  it('is "degraded" if a process was lost', () => {
    expect(judged({ processesLost: 1 }).beyond).toEqual(['processesLost']);
  });
});

const control = (over: Partial<FaultFigures> = {}) => faultFigures({ fault: 'nothing', ...over });

describe('The control of a target', () => {
  it('is the worst of its repeats without faults', () => {
    const first = control({
      after: part({ p99Ms: 14, failed: 1 }),
      memoryMiB: { before: 100, after: 103 },
    });
    const worst = { p99Ms: 14, failedShare: 0.005, memoryGainedMiB: 3 };
    const fault = faultFigures({ during: part({ p99Ms: 99 }) });

    expect(controlOf([first, control(), fault])).toEqual({ calm: worst, worst });
  });

  it.each([
    { what: 'p99', over: { after: part({ p99Ms: 21 }) } },
    { what: 'failures', over: { after: part({ failed: 3 }) } },
    { what: 'memory', over: { memoryMiB: { before: 100, after: 109 } } },
  ])('widens no limit if it exceeds the limit of $what itself', ({ over }) => {
    expect(effectOf(control(over), NO_CONTROL).verdict).not.toBe('unaffected');
    expect(controlOf([control(), control(over)]).calm).toEqual(quiet);
  });
});

describe('The verdict on a fault with a noisy control', () => {
  const noisy = controlOf([control({ after: part({ p99Ms: 60 }) })]);
  const verdictOf = (over: Partial<FaultFigures>) => effectOf(faultFigures(over), noisy);

  it('is "unclear" if the fault did no more than the control, and "unaffected" only within the limits', () => {
    expect(verdictOf({ during: part({ p99Ms: 21 }) })).toMatchObject({
      verdict: 'unclear',
      unclear: 'noisy-control',
      beyond: ['p99Ratio'],
    });
    expect(verdictOf({ during: part({ p99Ms: 20 }) }).verdict).toBe('unaffected');
  });

  it('is clear if the fault did more harm than the control', () => {
    expect(verdictOf({ during: part({ p99Ms: 121 }) }).verdict).toBe('degraded');
    expect(verdictOf({ during: part({ p99Ms: 21, failed: 30 }) }).verdict).toBe('failed');
    expect(verdictOf({ answersAgain: false }).verdict).toBe('died');
  });
});

describe('The verdict on a fault with fewer than three good requests before it', () => {
  it('is "unclear", unless the serving died', () => {
    const few = { before: part({ requests: 2 }) };

    expect(judged({ before: part({ requests: 3 }) }).verdict).toBe('unaffected');
    expect(judged(few)).toMatchObject({ verdict: 'unclear', unclear: 'few-requests' });
    expect(judged({ ...few, answersAgain: false }).verdict).toBe('died');
  });
});
