import { middlewareCpuGate } from '../../analysis/gates/middleware-cpu.ts';
import { ANSWERS_NEEDED } from '../../analysis/percentile-support.ts';
import { readLatency } from '../../analysis/read-latency.ts';
import { isClaimSupported } from '../../analysis/statistics/early-stopping.ts';
import { countOver, decodeHistogram } from '../../load/histogram.ts';
import { formatPercent } from '../../report/format-number.ts';
import type { CompletedCell, FailedCell } from '../../results/record.ts';
import type { SloSearch } from './search.ts';

/** More failed requests than these, as a share, and a rate is not carried. */
export const MOST_FAILED_SHARE = 0.001;

/** Right answers inside the window ÷ requests planned in it: less means that a queue grows. */
export const LEAST_ACHIEVED_SHARE = 0.99;

const P99_SHARE = 0.99;

/** A part of the apparatus that may have been what a rate was too much for, and not the path. */
export type TrialLimit = 'load-engine' | 'middleware';

/** What one trial of a rate gave. */
export interface SloTrial {
  readonly ratePerSecond: number;
  readonly valid: boolean;
  /** Why not, as a sentence; absent where it is valid. */
  readonly reason?: string;
  /** It is not valid, and this part of the apparatus did not keep up or had no processor time to spare. */
  readonly limitedBy?: TrialLimit;
  readonly windowSeconds?: number;
  /** Requests that were answered or failed. Absent where the cell gave no figures, as all below. */
  readonly requests?: number;
  /** Of these, failed or later than the bound. */
  readonly overBound?: number;
  readonly achievedRatePerSecond?: number;
  readonly p50Ms?: number;
  /** Absent where too few were answered to claim it. */
  readonly p99Ms?: number;
}

const MICROSECONDS_PER_MS = 1000;

/** Why a rate is not carried, as a sentence; undefined where it is. */
const problemOf = (
  { p99Ms }: SloSearch,
  { load }: CompletedCell,
  { requests, overBound }: { readonly requests: number; readonly overBound: number },
): string | undefined => {
  const { unsent, failedShare, offered, durationSeconds, requestRatePerSecond } = load;
  if (unsent > 0) return `${unsent} planned requests could not be sent.`;
  if (failedShare > MOST_FAILED_SHARE) {
    return `${formatPercent(failedShare)} % of the requests failed; ${MOST_FAILED_SHARE * 100} % are allowed.`;
  }
  const achieved = (requestRatePerSecond * durationSeconds) / Math.max(1, offered);
  if (achieved < LEAST_ACHIEVED_SHARE) {
    return `${formatPercent(achieved)} % of the offered rate were answered in the window; ${LEAST_ACHIEVED_SHARE * 100} % are asked for.`;
  }
  if (isClaimSupported({ share: P99_SHARE, requests, overBound })) return undefined;
  return overBound > (1 - P99_SHARE) * requests
    ? `${overBound} of ${requests} requests took longer than ${p99Ms} ms or failed, too many for p99 to lie within it.`
    : `${requests} requests, ${overBound} of them over ${p99Ms} ms, are too few to claim that p99 lies within it.`;
};

/** What of the apparatus was at its own limit, with that as a sentence; undefined where nothing was. */
const limitOf = (
  record: CompletedCell,
): { readonly limitedBy: TrialLimit; readonly sentence: string } | undefined => {
  const { keptUp, reason = 'no reason recorded' } = record.load.self;
  if (!keptUp) {
    return {
      limitedBy: 'load-engine',
      sentence: `The load engine did not keep up: ${reason}.`,
    };
  }
  const { state, finding } = middlewareCpuGate([record]);
  return state === 'failed' ? { limitedBy: 'middleware', sentence: finding } : undefined;
};

/**
 * Whether a rate is carried within the bound: nothing unsent, failures at most 0.1 %, at least 99 % of the offered rate
 * achieved, and p99 within the bound by the early stopping test of MLPerf, where a failed request counts as one over it.
 *
 * A load engine that sends late makes no rate valid that is not, since the latency begins at the planned time, and neither
 * does a middleware without processor time to spare. Either may make one invalid: then the trial says that it was the limit.
 */
export const judgeTrial = (search: SloSearch, record: CompletedCell | FailedCell): SloTrial => {
  const { level } = record.cell;
  const ratePerSecond = level.loop === 'open' ? level.ratePerSecond : Number.NaN;
  if (record.state === 'failed') {
    const reason = `The cell gave no figures: ${record.message}`;
    return { ratePerSecond, valid: false, reason };
  }
  const { load } = record;
  const requests = load.succeeded + load.failed + load.unfinished;
  readLatency(`the cell "${record.cell.id}"`, load);
  const late = countOver(decodeHistogram(load.histogram), search.p99Ms * MICROSECONDS_PER_MS);
  const overBound = late + load.failed + load.unfinished;
  const problem = problemOf(search, record, { requests, overBound });
  const limit = problem === undefined ? undefined : limitOf(record);
  const reason = [problem, limit?.sentence].filter((part) => part !== undefined).join(' ');
  return {
    ratePerSecond,
    valid: problem === undefined,
    ...(problem === undefined ? {} : { reason }),
    ...(limit === undefined ? {} : { limitedBy: limit.limitedBy }),
    windowSeconds: load.durationSeconds,
    requests,
    overBound,
    achievedRatePerSecond: load.requestRatePerSecond,
    ...(load.latency.count === 0 ? {} : { p50Ms: load.latency.p50Ms }),
    ...(load.latency.count < ANSWERS_NEEDED.p99 ? {} : { p99Ms: load.latency.p99Ms }),
  };
};
