import { SLICE_SECONDS, type FaultFigures } from '../model/stability.ts';

/** From the best to the worst. */
export const STABILITY_VERDICTS = ['unaffected', 'degraded', 'failed', 'died'] as const;
export type StabilityVerdict = (typeof STABILITY_VERDICTS)[number];

/**
 * What separates the verdicts.
 * - `died`: the serving ended, or answered no good request again after the window within `answersAgainSeconds` and ten times the fault.
 * - `failed`: at least `failures` good requests failed from the beginning of the fault on, and more than `failedShare` above the control.
 * - `degraded`: their p99 is more than `p99Ratio` times the one before the fault, and the worst of the control; they are not
 *   answered as before after `recoverySeconds`; the serving gained more memory than `memoryMiB`, than `memoryShare` of what it had, and than
 *   `memoryRatio` times what it gains with nothing done; or it lost a process.
 */
export const STABILITY_LIMITS = {
  answersAgainSeconds: 20,
  failures: 2,
  failedShare: 0.01,
  p99Ratio: 2,
  recoverySeconds: 1,
  memoryMiB: 8,
  memoryShare: 0.05,
  memoryRatio: 2,
} as const;

/** What a target does while nothing is done to it: the worst of the control's repeats. */
export interface Control {
  /** Of the worst part of its window; 0 without a control. */
  readonly p99Ms: number;
  readonly failedShare: number;
  readonly memoryGainedMiB: number;
}

const gainOf = ({ memoryMiB }: FaultFigures): number =>
  memoryMiB === undefined ? 0 : memoryMiB.after - memoryMiB.before;

const failuresOf = ({ during, after }: FaultFigures) => {
  const requests = during.requests + after.requests;
  const failed = during.failed + after.failed;
  return { failed, share: requests === 0 ? 0 : failed / requests };
};

/** @param figures of all tests of a target */
export const controlOf = (figures: readonly FaultFigures[]): Control => {
  const controls = figures.filter(({ fault }) => fault === 'nothing');
  const parts = controls.flatMap(({ before, during, after }) => [before, during, after]);
  return {
    p99Ms: Math.max(0, ...parts.flatMap(({ p99Ms }) => p99Ms ?? [])),
    failedShare: Math.max(0, ...controls.map((one) => failuresOf(one).share)),
    memoryGainedMiB: Math.max(0, ...controls.map(gainOf)),
  };
};

/** What verdicts are about. */
const ASPECTS = [
  'failedShare',
  'p99Ratio',
  'recoverySeconds',
  'memoryGainedMiB',
  'processesLost',
] as const;
export type StabilityAspect = (typeof ASPECTS)[number];

/** The figures of one fault in one repeat; what cannot be told is absent. */
export interface FaultEffect {
  /** Of good requests, from the beginning of the fault on. */
  readonly failedShare: number;
  /** The p99 with the fault or after it, whichever is greater, ÷ the one before; absent without correct answers. */
  readonly p99Ratio?: number;
  /** From the end of the fault until good requests are answered as before; absent if they were not until the end. */
  readonly recoverySeconds?: number;
  readonly memoryGainedMiB?: number;
  readonly processesLost?: number;
  readonly verdict: StabilityVerdict;
  /** What is beyond its limit. */
  readonly beyond: readonly StabilityAspect[];
}

/** Until behind the last slice in which a request failed, or half of them were late. */
const recoveryOf = ({ slices }: FaultFigures, lateMs: number): number | undefined => {
  const last = slices.findLastIndex(({ failed, p50Ms = 0 }) => failed > 0 || p50Ms > lateMs);
  return last !== -1 && last === slices.length - 1 ? undefined : (last + 1) * SLICE_SECONDS;
};

/** Fewer good requests before a fault say nothing of what is usual. */
export const LEAST_REQUESTS = 3;

/** Whether a test tells something: it has enough to compare with, or its serving died. */
export const canJudge = ({ before, ended, answersAgain }: FaultFigures): boolean =>
  before.requests >= LEAST_REQUESTS || ended !== undefined || !answersAgain;

/** What a fault did to a target, and the verdict on it. */
export const effectOf = (figures: FaultFigures, control: Control): FaultEffect => {
  const { before, during, after, memoryMiB, processesLost, ended, answersAgain } = figures;
  const limits = STABILITY_LIMITS;
  const { failed, share: failedShare } = failuresOf(figures);
  const usualMs = before.p99Ms ?? Infinity;
  const worstMs = Math.max(during.p99Ms ?? 0, after.p99Ms ?? 0);
  const lateMs = limits.p99Ratio * Math.max(usualMs, control.p99Ms);
  const recoverySeconds = recoveryOf(figures, lateMs);
  const mostMiB = Math.max(
    limits.memoryMiB,
    limits.memoryShare * (memoryMiB?.before ?? 0),
    limits.memoryRatio * control.memoryGainedMiB,
  );
  const isBeyond: Readonly<Record<StabilityAspect, boolean>> = {
    failedShare:
      failed >= limits.failures && failedShare - control.failedShare > limits.failedShare,
    p99Ratio: worstMs > lateMs,
    recoverySeconds: recoverySeconds === undefined || recoverySeconds > limits.recoverySeconds,
    memoryGainedMiB: gainOf(figures) > mostMiB,
    processesLost: (processesLost ?? 0) > 0,
  };
  const beyond = ASPECTS.filter((aspect) => isBeyond[aspect]);
  const verdictOf = (): StabilityVerdict => {
    if (ended !== undefined || !answersAgain) return 'died';
    if (isBeyond.failedShare) return 'failed';
    return beyond.length > 0 ? 'degraded' : 'unaffected';
  };
  return {
    failedShare,
    ...(worstMs === 0 || before.p99Ms === undefined ? {} : { p99Ratio: worstMs / usualMs }),
    ...(recoverySeconds === undefined ? {} : { recoverySeconds }),
    ...(memoryMiB === undefined ? {} : { memoryGainedMiB: gainOf(figures) }),
    ...(processesLost === undefined ? {} : { processesLost }),
    verdict: verdictOf(),
    beyond,
  };
};
