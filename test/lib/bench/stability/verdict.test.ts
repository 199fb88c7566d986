import type { FaultFigures, PartFigures } from '../../../../lib/bench/model/stability.ts';
import { effectOf, judge, type FaultEffect } from '../../../../lib/bench/stability/verdict.ts';

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
  recoverySeconds: 0,
  answers: [],
  memoryMiB: { before: 100, after: 100 },
  processesLost: 0,
  answersAgain: true,
  ...over,
});

const judged = (over: Partial<FaultFigures>, control?: Partial<FaultEffect>) =>
  judge(
    effectOf(figures(over)),
    control === undefined ? undefined : { failedShare: 0, hasDied: false, ...control },
  );

describe('The verdict on a fault', () => {
  it('is "unaffected" where good requests are answered as before', () => {
    expect(judged({})).toEqual({ verdict: 'unaffected', beyond: [] });
  });

  it('is "died" where the serving ended, or does not answer again', () => {
    expect(judged({ ended: 'signal SIGKILL' }).verdict).toBe('died');
    expect(judged({ answersAgain: false }).verdict).toBe('died');
  });

  it('is "failed" where more than 1 % of the good requests failed, with the fault or after it', () => {
    expect(judged({ during: part({ failed: 2 }) })).toMatchObject({ verdict: 'unaffected' });
    expect(judged({ during: part({ failed: 3 }) })).toMatchObject({
      verdict: 'failed',
      beyond: ['failedShare'],
    });
    expect(judged({ after: part({ failed: 3 }) }).verdict).toBe('failed');
  });

  it('is "degraded" where p99 more than doubles, or recovery takes more than a second', () => {
    expect(judged({ during: part({ p99Ms: 20 }) }).verdict).toBe('unaffected');
    expect(judged({ during: part({ p99Ms: 21 }) }).beyond).toEqual(['p99Ratio']);
    expect(judged({ after: part({ p99Ms: 21 }) }).beyond).toEqual(['p99Ratio']);
    expect(judged({ recoverySeconds: 1.5 }).beyond).toEqual(['recoverySeconds']);
  });

  it('is "degraded" where the serving does not recover in the window', () => {
    const { recoverySeconds, ...unrecovered } = figures();

    expect(recoverySeconds).toBe(0);
    expect(judge(effectOf(unrecovered), undefined).beyond).toEqual(['recoverySeconds']);
  });

  it('is "degraded" where memory grows by 8 MiB and 5 %, or a process is lost', () => {
    expect(judged({ memoryMiB: { before: 100, after: 107 } }).verdict).toBe('unaffected');
    expect(judged({ memoryMiB: { before: 100, after: 109 } }).beyond).toEqual(['memoryGainedMiB']);
    expect(judged({ memoryMiB: { before: 1000, after: 1040 } }).verdict).toBe('unaffected');
    expect(judged({ processesLost: 1 }).beyond).toEqual(['processesLost']);
  });

  it('forgives what the control shows without any fault', () => {
    const late = { during: part({ p99Ms: 35 }) };
    const larger = { memoryMiB: { before: 100, after: 120 } };

    expect(judged(late, { p99Ratio: 1.9 }).verdict).toBe('unaffected');
    expect(judged(late, { p99Ratio: 1.5 }).verdict).toBe('degraded');
    expect(judged(larger, { memoryGainedMiB: 11 }).verdict).toBe('unaffected');
    expect(judged(larger, { memoryGainedMiB: 9 }).verdict).toBe('degraded');
  });
});
