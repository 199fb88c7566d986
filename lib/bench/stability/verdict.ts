import {
  array,
  number,
  object,
  oneOf,
  optional,
  type Static,
} from '../../../serving-configs/schema.ts';
import { SLICE_SECONDS, type FaultFigures } from '../model/stability.ts';

/** From the best to the worst. {@link FaultEffect.unclear} gives the reason for `unclear`. */
export const STABILITY_VERDICTS = ['unaffected', 'unclear', 'degraded', 'failed', 'died'] as const;
export type StabilityVerdict = (typeof STABILITY_VERDICTS)[number];

/**
 * The limits between the verdicts. The control is held to the same limits. Its repeats that keep them set the allowance for faults.
 * - `died`: the serving ended, or answered no good request within `answersAgainSeconds` plus ten times the length of the fault
 *   after the window.
 * - `failed`: at least `failures` good requests failed from the start of the fault on, and their share is more than `failedShare`
 *   above the control.
 * - `degraded`: their p99 is more than `p99Ratio` times the larger of the p99 before the fault and the worst p99 of the control; or
 *   they are not answered as before within `recoverySeconds`; or the serving's memory grew by more than the largest of `memoryMiB`,
 *   `memoryShare` of what it had, and `memoryRatio` times its growth in the control; or it lost a process.
 * - `unclear`: fewer than `requestsBefore` good requests came before the fault; or the control already exceeded the limits, and the
 *   fault was no worse.
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

/** What a fault may do to a target, because the control does it too. */
export interface Allowance {
  /** The p99 of the worst part of a window. */
  readonly p99Ms: number;
  readonly failedShare: number;
  readonly memoryGainedMiB: number;
}

const NOTHING_ALLOWED: Allowance = { p99Ms: 0, failedShare: 0, memoryGainedMiB: 0 };

/** How a target behaves without a fault. */
export interface Control {
  /** The worst figures of the repeats that keep the limits. */
  readonly calm: Allowance;
  /** The worst figures of all repeats. */
  readonly worst: Allowance;
}

const gainOf = ({ memoryMiB }: FaultFigures): number =>
  memoryMiB === undefined ? 0 : memoryMiB.after - memoryMiB.before;

const failuresOf = ({ during, after }: FaultFigures) => {
  const requests = during.requests + after.requests;
  const failed = during.failed + after.failed;
  return { failed, share: requests === 0 ? 0 : failed / requests };
};

/** The figures that verdicts depend on. */
const ASPECTS = [
  'failedShare',
  'p99Ratio',
  'recoverySeconds',
  'memoryGainedMiB',
  'processesLost',
] as const;
export type StabilityAspect = (typeof ASPECTS)[number];

export const faultEffectSchema = object(
  {
    failedShare: number('The share of good requests that failed, from the start of the fault on.'),
    p99Ratio: optional(
      number(
        'The greater p99 of the parts with and after the fault, divided by the p99 before it.',
      ),
    ),
    recoverySeconds: optional(
      number(
        'From the end of the fault until good requests are answered as before; absent if they never were.',
      ),
    ),
    memoryGainedMiB: optional(number()),
    processesLost: optional(number()),
    verdict: oneOf(STABILITY_VERDICTS),
    unclear: optional(
      oneOf(['few-requests', 'noisy-control'], 'Why the verdict is `unclear`, if it is.'),
    ),
    beyond: array(oneOf(ASPECTS), 'The figures beyond their limits.'),
  },
  'The effect of a fault in one repeat. Figures that are unknown are absent.',
);
export interface FaultEffect extends Static<typeof faultEffectSchema> {}

/** The end of the last slice in which a request failed or half of them were late; undefined if that is the last slice of all. */
const recoveryOf = ({ slices }: FaultFigures, lateMs: number): number | undefined => {
  const last = slices.findLastIndex(({ failed, p50Ms = 0 }) => failed > 0 || p50Ms > lateMs);
  return last !== -1 && last === slices.length - 1 ? undefined : (last + 1) * SLICE_SECONDS;
};

/** The figures beyond their limits, the time to recover, and the worst p99 from the start of the fault on. */
const compareWithLimits = (figures: FaultFigures, allowed: Allowance) => {
  const { before, during, after, memoryMiB, processesLost } = figures;
  const limits = STABILITY_LIMITS;
  const { failed, share } = failuresOf(figures);
  const worstMs = Math.max(during.p99Ms ?? 0, after.p99Ms ?? 0);
  const lateMs = limits.p99Ratio * Math.max(before.p99Ms ?? Infinity, allowed.p99Ms);
  const recoverySeconds = recoveryOf(figures, lateMs);
  const maxMiB = Math.max(
    limits.memoryMiB,
    limits.memoryShare * (memoryMiB?.before ?? 0),
    limits.memoryRatio * allowed.memoryGainedMiB,
  );
  const isBeyond: Readonly<Record<StabilityAspect, boolean>> = {
    failedShare: failed >= limits.failures && share - allowed.failedShare > limits.failedShare,
    p99Ratio: worstMs > lateMs,
    recoverySeconds: recoverySeconds === undefined || recoverySeconds > limits.recoverySeconds,
    memoryGainedMiB: gainOf(figures) > maxMiB,
    processesLost: (processesLost ?? 0) > 0,
  };
  return { beyond: ASPECTS.filter((aspect) => isBeyond[aspect]), recoverySeconds, worstMs };
};

/**
 * Reaches the verdict.
 *
 * @param beyond the figures beyond their limits, given the allowance of the calm control
 * @param worst the allowance of the worst control
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
  // What the control does too need not come from the fault.
  const certain = compareWithLimits(figures, worst).beyond;
  if (certain.length === 0) return { verdict: 'unclear', unclear: 'noisy-control', beyond };
  return { verdict: certain.includes('failedShare') ? 'failed' : 'degraded', beyond: certain };
};

/** The effect of a fault on a target in one repeat, with the verdict on it. */
export const effectOf = (figures: FaultFigures, control: Control): FaultEffect => {
  const { before, memoryMiB, processesLost } = figures;
  const { beyond, recoverySeconds, worstMs } = compareWithLimits(figures, control.calm);
  return {
    failedShare: failuresOf(figures).share,
    p99Ratio: worstMs === 0 || before.p99Ms === undefined ? undefined : worstMs / before.p99Ms,
    recoverySeconds,
    memoryGainedMiB: memoryMiB === undefined ? undefined : gainOf(figures),
    processesLost,
    ...judge(figures, beyond, control.worst),
  };
};

/** For the control itself, and for targets without one. */
export const NO_CONTROL: Control = { calm: NOTHING_ALLOWED, worst: NOTHING_ALLOWED };

const worstOf = (controls: readonly FaultFigures[]): Allowance => {
  const parts = controls.flatMap(({ before, during, after }) => [before, during, after]);
  return {
    p99Ms: Math.max(0, ...parts.flatMap(({ p99Ms }) => p99Ms ?? [])),
    failedShare: Math.max(0, ...controls.map((control) => failuresOf(control).share)),
    memoryGainedMiB: Math.max(0, ...controls.map(gainOf)),
  };
};

const isCalm = (control: FaultFigures): boolean =>
  effectOf(control, NO_CONTROL).verdict === 'unaffected';

/**
 * The control of a target.
 *
 * @param figures the figures of all its fault tests
 */
export const controlOf = (figures: readonly FaultFigures[]): Control => {
  const controls = figures.filter(({ fault }) => fault === 'nothing');
  return { calm: worstOf(controls.filter(isCalm)), worst: worstOf(controls) };
};
