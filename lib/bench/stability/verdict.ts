import { SLICE_SECONDS, type FaultFigures } from '../model/stability.ts';

/** From the best to the worst. */
export const STABILITY_VERDICTS = ['unaffected', 'degraded', 'failed', 'died'] as const;
export type StabilityVerdict = (typeof STABILITY_VERDICTS)[number];

/**
 * What separates the verdicts.
 * - `died`: the serving ended, or answered no good request again within 20 s after the window.
 * - `failed`: more than `failedShare` of the good requests failed, from the beginning of the fault on.
 * - `degraded`: their p99 is more than `p99Ratio` times the one that a target keeps undisturbed; they are not answered as before after
 *   `recoverySeconds`; the serving gained more memory than `memoryMiB`, than `memoryShare` of what it had, and than twice what it
 *   gains with nothing done; or it lost a process.
 */
export const STABILITY_LIMITS = {
  failedShare: 0.01,
  p99Ratio: 2,
  recoverySeconds: 1,
  memoryMiB: 8,
  memoryShare: 0.05,
} as const;

/** How a target answers while nothing is done to it. */
export interface Undisturbed {
  /** The middle p99 of the times before a fault. */
  readonly p99Ms: number;
  /** What nine of ten of them keep: single windows are noisy. */
  readonly p99MostMs: number;
  /** The most memory that it gained in a window in which nothing was done. */
  readonly memoryGainedMiB: number;
}

const MOST_SHARE = 0.9;

const gainOf = ({ memoryMiB }: FaultFigures): number =>
  memoryMiB === undefined ? 0 : memoryMiB.after - memoryMiB.before;

/** @param figures of all tests of a target */
export const undisturbedOf = (figures: readonly FaultFigures[]): Undisturbed => {
  const percentiles = figures.flatMap(({ before }) => before.p99Ms ?? []).toSorted((a, b) => a - b);
  const at = (share: number): number =>
    percentiles[Math.ceil(share * percentiles.length) - 1] ?? Infinity;
  const controls = figures.filter(({ fault }) => fault === 'nothing');
  return {
    p99Ms: at(0.5),
    p99MostMs: at(MOST_SHARE),
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
  /** The p99 with the fault or after it, whichever is greater, ÷ the undisturbed one; absent without correct answers. */
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

/** What a fault did to a target, and the verdict on it. */
export const effectOf = (figures: FaultFigures, undisturbed: Undisturbed): FaultEffect => {
  const { during, after, memoryMiB, processesLost, ended, answersAgain } = figures;
  const limits = STABILITY_LIMITS;
  const requests = during.requests + after.requests;
  const failedShare = requests === 0 ? 0 : (during.failed + after.failed) / requests;
  const worstMs = Math.max(during.p99Ms ?? 0, after.p99Ms ?? 0);
  const lateMs = limits.p99Ratio * undisturbed.p99MostMs;
  const recoverySeconds = recoveryOf(figures, lateMs);
  const mostMiB = Math.max(
    limits.memoryMiB,
    limits.memoryShare * (memoryMiB?.before ?? 0),
    2 * undisturbed.memoryGainedMiB,
  );
  const isBeyond: Readonly<Record<StabilityAspect, boolean>> = {
    failedShare: failedShare > limits.failedShare,
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
    ...(worstMs === 0 ? {} : { p99Ratio: worstMs / undisturbed.p99Ms }),
    ...(recoverySeconds === undefined ? {} : { recoverySeconds }),
    ...(memoryMiB === undefined ? {} : { memoryGainedMiB: gainOf(figures) }),
    ...(processesLost === undefined ? {} : { processesLost }),
    verdict: verdictOf(),
    beyond,
  };
};
