import type { GateResult } from '../gates/gate.ts';
import { worstGates } from '../gates/trial-gates.ts';
import { ANSWERS_NEEDED } from '../percentile-support.ts';
import { mergeDistributions, percentilesOf } from '../statistics/distribution.ts';
import { judgeCounts } from './judge-counts.ts';
import { addCounts, type TrialLimit, type WindowResult } from './search-window.ts';

/** What the windows of one rate gave together. */
export interface MeasuredRate {
  readonly valid: boolean;
  /** It is not valid, and not shown to be invalid either: the windows held too few requests to tell. */
  readonly undecided?: true;
  /** Why not, as a sentence; absent where it is valid. */
  readonly reason?: string;
  /** It is not valid, and this part of the apparatus did not keep up or had no processor time to spare. */
  readonly limitedBy?: TrialLimit;
  /** Absent in summaries made before there could be more than one. */
  readonly windows?: number;
  /** Of all of them together. Absent where a cell gave no figures, as all below. */
  readonly windowSeconds?: number;
  /** Requests that were answered or failed. */
  readonly requests?: number;
  /** Of these, failed or later than the bound. */
  readonly overBound?: number;
  readonly achievedRatePerSecond?: number;
  readonly p50Ms?: number;
  /** Absent where too few were answered to claim it. */
  readonly p99Ms?: number;
  /** Whether the apparatus kept up, by its worst window. Absent where none gave figures, and in summaries made before. */
  readonly gates?: readonly GateResult[];
}

/** What one trial of a rate gave. */
export interface SloTrial extends MeasuredRate {
  readonly ratePerSecond: number;
  /** The rate measured again, in windows that did not choose it. Absent where the search did not come to it. */
  readonly confirmation?: MeasuredRate;
}

const MICROSECONDS_PER_MS = 1000;

/** Median and p99 of all answers of some windows; the p99 only where they suffice to claim one. */
const percentilesIn = (windows: readonly WindowResult[]): Pick<MeasuredRate, 'p50Ms' | 'p99Ms'> => {
  const merged = mergeDistributions(windows.flatMap(({ latencies }) => latencies ?? []));
  if (merged === undefined) return {};
  // A percentile is read as the upper end of its bucket, which may lie above the greatest value.
  const longestMs = Math.max(...windows.map(({ longestMs: one = 0 }) => one));
  const [p50Ms = Number.NaN, p99Ms = Number.NaN] = percentilesOf(merged, [50, 99]).map((value) =>
    Math.min(value / MICROSECONDS_PER_MS, longestMs),
  );
  return merged.total < ANSWERS_NEEDED.p99 ? { p50Ms } : { p50Ms, p99Ms };
};

/**
 * Whether a rate is carried, by all of its windows together; see `judgeCounts`.
 *
 * A load engine that sends late makes no rate valid that is not, since the latency begins at the planned time, and neither
 * does a middleware without processor time to spare. Either may make one invalid: then the trial says that it was the limit.
 */
export const judgeWindows = (p99Ms: number, windows: readonly WindowResult[]): MeasuredRate => {
  const { length } = windows;
  const failure = windows.find((one) => one.failure !== undefined)?.failure;
  if (failure !== undefined) {
    return { valid: false, reason: `The cell gave no figures: ${failure}`, windows: length };
  }
  const counts = addCounts(windows.flatMap((one) => one.counts ?? []));
  const judgement = judgeCounts(p99Ms, counts);
  const valid = judgement.state === 'valid';
  const gates = worstGates(windows.flatMap((one) => (one.gates === undefined ? [] : [one.gates])));
  const limit = valid ? undefined : windows.find((one) => one.limit !== undefined)?.limit;
  return {
    valid,
    ...(judgement.state === 'undecided' ? { undecided: true } : {}),
    ...(judgement.state === 'valid'
      ? {}
      : { reason: [judgement.reason, limit?.sentence ?? ''].join(' ').trim() }),
    ...(limit === undefined ? {} : { limitedBy: limit.limitedBy }),
    windows: length,
    windowSeconds: counts.seconds,
    requests: counts.requests,
    overBound: counts.overBound,
    achievedRatePerSecond: counts.achieved / counts.seconds,
    ...percentilesIn(windows),
    ...(gates.length === 0 ? {} : { gates }),
  };
};
