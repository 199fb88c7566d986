import type { FaultFigures } from '../model/stability.ts';

/** From the best to the worst. */
export const STABILITY_VERDICTS = ['unaffected', 'degraded', 'failed', 'died'] as const;
export type StabilityVerdict = (typeof STABILITY_VERDICTS)[number];

/**
 * What separates the verdicts.
 * - `died`: the serving ended, or answered no good request again within 20 s after the window.
 * - `failed`: beyond `failedShare` of the good requests failed, from the beginning of the fault on.
 * - `degraded`: beyond `p99Ratio` or `recoverySeconds`; more memory by `memoryMiB` and by `memoryShare`; or a process was lost.
 *
 * What the control shows without any fault is added: its p99 ratio multiplies that limit, and twice its gain of memory counts where
 * that is more.
 */
export const STABILITY_LIMITS = {
  failedShare: 0.01,
  p99Ratio: 2,
  recoverySeconds: 1,
  memoryMiB: 8,
  memoryShare: 0.05,
} as const;

/** The figures of one fault that verdicts are made of. */
export interface FaultEffect {
  /** Of good requests, from the beginning of the fault on. */
  readonly failedShare: number;
  /** The p99 with the fault or after it, whichever is greater, ÷ the one before; absent without correct answers. */
  readonly p99Ratio?: number;
  /** Absent if it did not recover in the window. */
  readonly recoverySeconds?: number;
  readonly memoryGainedMiB?: number;
  readonly memoryBeforeMiB?: number;
  readonly processesLost?: number;
  readonly hasDied: boolean;
}

export const effectOf = (figures: FaultFigures): FaultEffect => {
  const { before, during, after, memoryMiB, processesLost, recoverySeconds } = figures;
  const requests = during.requests + after.requests;
  const worst = Math.max(during.p99Ms ?? 0, after.p99Ms ?? 0);
  return {
    failedShare: requests === 0 ? 0 : (during.failed + after.failed) / requests,
    ...(worst === 0 || before.p99Ms === undefined ? {} : { p99Ratio: worst / before.p99Ms }),
    ...(recoverySeconds === undefined ? {} : { recoverySeconds }),
    ...(memoryMiB === undefined
      ? {}
      : {
          memoryBeforeMiB: memoryMiB.before,
          memoryGainedMiB: memoryMiB.after - memoryMiB.before,
        }),
    ...(processesLost === undefined ? {} : { processesLost }),
    hasDied: figures.ended !== undefined || !figures.answersAgain,
  };
};

/** A verdict on one fault in one repeat. */
export interface Judged {
  readonly verdict: StabilityVerdict;
  /** What is beyond its limit. */
  readonly beyond: readonly (keyof Omit<FaultEffect, 'hasDied' | 'memoryBeforeMiB'>)[];
}

/**
 * @param control the effect of nothing on the same target, the worst of its repeats; undefined if there is none
 */
export const judge = (effect: FaultEffect, control: FaultEffect | undefined): Judged => {
  const { failedShare, p99Ratio = 0, recoverySeconds = Infinity } = effect;
  const { memoryGainedMiB = 0, memoryBeforeMiB = 0, processesLost = 0, hasDied } = effect;
  const limits = STABILITY_LIMITS;
  const isBeyond = {
    failedShare: failedShare > limits.failedShare,
    p99Ratio: p99Ratio > limits.p99Ratio * Math.max(1, control?.p99Ratio ?? 1),
    recoverySeconds: recoverySeconds > limits.recoverySeconds,
    memoryGainedMiB:
      memoryGainedMiB >
      Math.max(
        limits.memoryMiB,
        limits.memoryShare * memoryBeforeMiB,
        2 * (control?.memoryGainedMiB ?? 0),
      ),
    processesLost: processesLost > 0,
  };
  const names = Object.keys(isBeyond) as (keyof typeof isBeyond)[];
  const beyond = names.filter((name) => isBeyond[name]);
  const verdict = hasDied
    ? 'died'
    : isBeyond.failedShare
      ? 'failed'
      : beyond.length > 0
        ? 'degraded'
        : 'unaffected';
  return { verdict, beyond };
};
