import type { FaultFigures, PartFigures } from '../../../../lib/bench/model/stability.ts';
import {
  effectOf,
  undisturbedOf,
  type Undisturbed,
} from '../../../../lib/bench/stability/verdict.ts';

const part = (over: Partial<PartFigures> = {}): PartFigures => ({
  requests: 100,
  failed: 0,
  failures: {},
  p50Ms: 5,
  p99Ms: 10,
  ...over,
});

const figures = (over: Partial<FaultFigures> = {}): FaultFigures => ({
  kind: 'fault',
  fault: 'image-text',
  partSeconds: 3,
  before: part(),
  during: part(),
  after: part(),
  slices: [part(), part()],
  answers: [],
  memoryMiB: { before: 100, after: 100 },
  processesLost: 0,
  answersAgain: true,
  ...over,
});

const undisturbed = { p99Ms: 10, p99MostMs: 10, memoryGainedMiB: 0 };

const judged = (over: Partial<FaultFigures>, usual: Partial<Undisturbed> = {}) =>
  effectOf(figures(over), { ...undisturbed, ...usual });

describe('The verdict on a fault', () => {
  it('is "unaffected" where good requests are answered as before', () => {
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

  it('is "died" where the serving ended, or does not answer again', () => {
    expect(judged({ ended: 'signal SIGKILL' }).verdict).toBe('died');
    expect(judged({ answersAgain: false }).verdict).toBe('died');
  });

  it('is "failed" where more than 1 % of the good requests failed, with the fault or after it', () => {
    expect(judged({ during: part({ failed: 2 }) }).verdict).toBe('unaffected');
    expect(judged({ during: part({ failed: 3 }) })).toMatchObject({
      verdict: 'failed',
      beyond: ['failedShare'],
    });
    expect(judged({ after: part({ failed: 3 }) }).verdict).toBe('failed');
  });

  it('is "degraded" where p99 is more than twice what nine of ten undisturbed windows keep', () => {
    expect(judged({ during: part({ p99Ms: 20 }) }).verdict).toBe('unaffected');
    expect(judged({ during: part({ p99Ms: 21 }) }).beyond).toEqual(['p99Ratio']);
    expect(judged({ after: part({ p99Ms: 21 }) }).beyond).toEqual(['p99Ratio']);
    expect(judged({ after: part({ p99Ms: 21 }) }, { p99MostMs: 11 }).verdict).toBe('unaffected');
  });

  it('is "degraded" where it takes more than a second until half of the requests are on time and none fails', () => {
    const [late, failed, usual] = [part({ p50Ms: 21 }), part({ failed: 1 }), part()];

    expect(judged({ slices: [late, late, usual, usual] })).toMatchObject({
      verdict: 'unaffected',
      recoverySeconds: 1,
    });
    expect(judged({ slices: [usual, usual, failed, usual] })).toMatchObject({
      beyond: ['recoverySeconds'],
      recoverySeconds: 1.5,
    });
  });

  it('is "degraded", without a time, where it takes longer than the window', () => {
    const effect = judged({ slices: [part(), part({ failed: 1 })] });

    expect(effect.beyond).toEqual(['recoverySeconds']);
    expect(effect.recoverySeconds).toBeUndefined();
  });

  it('is "degraded" where memory grows by 8 MiB, by 5 % and by twice what it grows undisturbed', () => {
    const larger = { memoryMiB: { before: 100, after: 109 } };

    expect(judged({ memoryMiB: { before: 100, after: 107 } }).verdict).toBe('unaffected');
    expect(judged(larger).beyond).toEqual(['memoryGainedMiB']);
    expect(judged({ memoryMiB: { before: 1000, after: 1040 } }).verdict).toBe('unaffected');
    expect(judged(larger, { memoryGainedMiB: 5 }).verdict).toBe('unaffected');
  });

  it('is "degraded" where a process was lost', () => {
    expect(judged({ processesLost: 1 }).beyond).toEqual(['processesLost']);
  });
});

describe('What a target does undisturbed', () => {
  it('is the middle of its times before faults, what nine of ten keep, and what the control gains', () => {
    const tests = Array.from({ length: 10 }, (_, at) =>
      figures({ before: part({ p99Ms: 10 + at }) }),
    );
    const control = figures({ fault: 'nothing', memoryMiB: { before: 100, after: 103 } });

    expect(undisturbedOf([...tests, control])).toEqual({
      p99Ms: 14,
      p99MostMs: 18,
      memoryGainedMiB: 3,
    });
  });
});
