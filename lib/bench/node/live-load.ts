import type { LoadEvent } from '../model/load-result.ts';
import type { LiveLoad } from '../results/run-status.ts';

type Progress = Extract<LoadEvent, { event: 'progress' }>;

/** Time constant of the average. What is told is too short to be shown every few seconds: at 3 requests/s it has 0 or 1. */
const AVERAGED_SECONDS = 3;

/** The exponentially weighted average: a rate that holds for `seconds` weighs 1 − e^(−seconds ÷ time constant). */
const averaged = (before: number, now: number, seconds: number): number =>
  before + (now - before) * (1 - Math.exp(-seconds / AVERAGED_SECONDS));

/**
 * How a load goes, after what it told last. Each phase begins again, and the median is that of the latest answers, since
 * medians cannot be averaged. Pure.
 *
 * @param before undefined where nothing was told yet
 */
export const liveLoadAfter = (before: LiveLoad | undefined, told: Progress): LiveLoad => {
  const { phase, elapsedSeconds, failed } = told;
  const same = before?.phase === phase ? before : undefined;
  const rate = told.requestRatePerSecond;
  const p50Ms = told.p50Ms ?? same?.p50Ms;
  return {
    phase,
    elapsedSeconds,
    requestRatePerSecond:
      same === undefined
        ? rate
        : averaged(same.requestRatePerSecond, rate, elapsedSeconds - same.elapsedSeconds),
    ...(p50Ms === undefined ? {} : { p50Ms }),
    failed,
  };
};
