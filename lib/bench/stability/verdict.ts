import { SLICE_SECONDS, type FaultFigures } from '../model/stability.ts';

/** From the best to the worst; `unclear` says why in {@link FaultEffect.unclear}. */
export const STABILITY_VERDICTS = ['unaffected', 'unclear', 'degraded', 'failed', 'died'] as const;
export type StabilityVerdict = (typeof STABILITY_VERDICTS)[number];

/**
 * What separates the verdicts. The control is held against the same limits, with nothing allowed: only what is within them widens those
 * of a fault.
 * - `died`: the serving ended, or answered no good request again after the window within `answersAgainSeconds` and ten times the fault.
 * - `failed`: at least `failures` good requests failed from the beginning of the fault on, and more than `failedShare` above the control.
 * - `degraded`: their p99 is more than `p99Ratio` times the one before the fault, and the worst of the control; they are not
 *   answered as before after `recoverySeconds`; the serving gained more memory than `memoryMiB`, than `memoryShare` of what it had, and than
 *   `memoryRatio` times what it gains with nothing done; or it lost a process.
 * - `unclear`: fewer than `requestsBefore` good requests came before the fault, or the control is beyond its limits and did as badly.
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
  requestsBefore: 3,
} as const;

/** What is allowed to a fault, as the target does it with nothing done. */
export interface Allowance {
  /** Of the worst part of a window. */
  readonly p99Ms: number;
  readonly failedShare: number;
  readonly memoryGainedMiB: number;
}

const NOTHING_ALLOWED: Allowance = { p99Ms: 0, failedShare: 0, memoryGainedMiB: 0 };

/** What a target does while nothing is done to it. */
export interface Control {
  /** The worst of its repeats within the limits. */
  readonly calm: Allowance;
  /** The worst of all repeats. */
  readonly worst: Allowance;
}

const gainOf = ({ memoryMiB }: FaultFigures): number =>
  memoryMiB === undefined ? 0 : memoryMiB.after - memoryMiB.before;

const failuresOf = ({ during, after }: FaultFigures) => {
  const requests = during.requests + after.requests;
  const failed = during.failed + after.failed;
  return { failed, share: requests === 0 ? 0 : failed / requests };
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
  /** Why the verdict is `unclear`, if it is. */
  readonly unclear?: 'few-requests' | 'noisy-control';
  /** What is beyond its limit. */
  readonly beyond: readonly StabilityAspect[];
}

/** Until behind the last slice in which a request failed, or half of them were late. */
const recoveryOf = ({ slices }: FaultFigures, lateMs: number): number | undefined => {
  const last = slices.findLastIndex(({ failed, p50Ms = 0 }) => failed > 0 || p50Ms > lateMs);
  return last !== -1 && last === slices.length - 1 ? undefined : (last + 1) * SLICE_SECONDS;
};

/** What is beyond its limit, the time to recover, and the worst p99 from the fault on. */
const heldAgainst = (figures: FaultFigures, allowed: Allowance) => {
  const { before, during, after, memoryMiB, processesLost } = figures;
  const limits = STABILITY_LIMITS;
  const { failed, share } = failuresOf(figures);
  const worstMs = Math.max(during.p99Ms ?? 0, after.p99Ms ?? 0);
  const lateMs = limits.p99Ratio * Math.max(before.p99Ms ?? Infinity, allowed.p99Ms);
  const recoverySeconds = recoveryOf(figures, lateMs);
  const mostMiB = Math.max(
    limits.memoryMiB,
    limits.memoryShare * (memoryMiB?.before ?? 0),
    limits.memoryRatio * allowed.memoryGainedMiB,
  );
  const isBeyond: Readonly<Record<StabilityAspect, boolean>> = {
    failedShare: failed >= limits.failures && share - allowed.failedShare > limits.failedShare,
    p99Ratio: worstMs > lateMs,
    recoverySeconds: recoverySeconds === undefined || recoverySeconds > limits.recoverySeconds,
    memoryGainedMiB: gainOf(figures) > mostMiB,
    processesLost: (processesLost ?? 0) > 0,
  };
  return { beyond: ASPECTS.filter((aspect) => isBeyond[aspect]), recoverySeconds, worstMs };
};

/**
 * The verdict with its reasons.
 *
 * @param beyond what is beyond its limit, held against the calm control
 */
const judge = (
  figures: FaultFigures,
  beyond: FaultEffect['beyond'],
  worst: Allowance,
): Pick<FaultEffect, 'verdict' | 'unclear' | 'beyond'> => {
  if (figures.ended !== undefined || !figures.answersAgain) return { verdict: 'died', beyond };
  if (figures.before.requests < STABILITY_LIMITS.requestsBefore) {
    return { verdict: 'unclear', unclear: 'few-requests', beyond };
  }
  if (beyond.length === 0) return { verdict: 'unaffected', beyond };
  // What the control does as well need not come from the fault.
  const certain = heldAgainst(figures, worst).beyond;
  if (certain.length === 0) return { verdict: 'unclear', unclear: 'noisy-control', beyond };
  return { verdict: certain.includes('failedShare') ? 'failed' : 'degraded', beyond: certain };
};

/** What a fault did to a target, and the verdict on it. */
export const effectOf = (figures: FaultFigures, control: Control): FaultEffect => {
  const { before, memoryMiB, processesLost } = figures;
  const { beyond, recoverySeconds, worstMs } = heldAgainst(figures, control.calm);
  return {
    failedShare: failuresOf(figures).share,
    p99Ratio: worstMs === 0 || before.p99Ms === undefined ? undefined : worstMs / before.p99Ms,
    recoverySeconds,
    memoryGainedMiB: memoryMiB === undefined ? undefined : gainOf(figures),
    processesLost,
    ...judge(figures, beyond, control.worst),
  };
};

/** Without a control, and for the control itself. */
export const NO_CONTROL: Control = { calm: NOTHING_ALLOWED, worst: NOTHING_ALLOWED };

const worstOf = (controls: readonly FaultFigures[]): Allowance => {
  const parts = controls.flatMap(({ before, during, after }) => [before, during, after]);
  return {
    p99Ms: Math.max(0, ...parts.flatMap(({ p99Ms }) => p99Ms ?? [])),
    failedShare: Math.max(0, ...controls.map((one) => failuresOf(one).share)),
    memoryGainedMiB: Math.max(0, ...controls.map(gainOf)),
  };
};

const isCalm = (control: FaultFigures): boolean =>
  effectOf(control, NO_CONTROL).verdict === 'unaffected';

/** @param figures of all tests of a target */
export const controlOf = (figures: readonly FaultFigures[]): Control => {
  const controls = figures.filter(({ fault }) => fault === 'nothing');
  return { calm: worstOf(controls.filter(isCalm)), worst: worstOf(controls) };
};
