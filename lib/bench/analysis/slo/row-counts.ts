import { MICROSECONDS_PER_MS } from '../../stats/histogram.ts';
import type { LoadResult } from '../../model/load-result.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { sum } from '../../stats/moments.ts';
import { readHistogram } from '../merged-latency.ts';
import { valuesAbove } from '../../stats/distribution.ts';
import { isClaimRefuted, isClaimSupported } from '../../stats/percentile-claim.ts';

/** Requests of a row, and how many of them did not keep a bound. */
export interface RowCounts {
  /**
   * Answered, failed, unsent, or without an answer at the end; in a closed loop the last only where they had waited longer than
   * the bound: whether the others would have kept it is unknown.
   */
  readonly requests: number;
  /** Of these, all that were not answered rightly within the bound. */
  readonly overBound: number;
  /** Whether a window ended without answers; see `hasStoodStill`. */
  readonly stoodStill: boolean;
}

const MS_PER_SECOND = 1000;

/** More failed requests than these, as a share, and a rate keeps no bound. */
const MOST_FAILED_SHARE = 0.001;

/** Of the requests that must keep the bound. */
const P99_SHARE = 0.99;

/**
 * A window whose end was without answers for so much of it, beyond the bound, has stood still: ten times the share of requests
 * that may be over a bound of p99, so that no single slow answer does it.
 */
const STILL_SHARE = 0.1;

/**
 * Whether a closed loop had no correct answer at the end of its window for longer than the bound and a tenth of the window: each
 * of its users waits with one request then, and those that they would have sent in that time, which would have been late
 * too, do not exist. So these few are no measure of how much of the load a standing serving keeps waiting.
 */
const hasStoodStill = ({ bins, durationSeconds }: LoadResult, boundMs: number): boolean => {
  const last = bins.findLast(({ succeeded }) => succeeded > 0)?.second ?? -1;
  const stillMs = (durationSeconds - (last + 1)) * MS_PER_SECOND;
  return bins.length > 0 && stillMs > boundMs + STILL_SHARE * durationSeconds * MS_PER_SECOND;
};

/**
 * What one measurement counts against a bound of p99. An open loop waits for all that was planned in its window, up to the timeout, so
 * what is unfinished then is late. A closed loop stops at the end of its window with a request of each user in flight: these are
 * no evidence of being late, unless they had waited longer than the bound by then.
 */
const measurementCounts = (
  { measurement, load }: CompletedMeasurement,
  boundMs: number,
): RowCounts => {
  const { succeeded, failed, unsent, unfinished, unfinishedWaits } = load;
  const above = (what: string, histogram: string): number =>
    valuesAbove(
      readHistogram(`${what} "${measurement.id}"`, histogram),
      boundMs * MICROSECONDS_PER_MS,
    );
  const isClosed = measurement.level.loop === 'closed';
  const waitedLonger =
    unfinishedWaits === undefined
      ? 0
      : above('the unfinished requests of the measurement', unfinishedWaits);
  const withoutAnswer = failed + (isClosed ? waitedLonger : unfinished + unsent);
  return {
    requests: succeeded + withoutAnswer,
    overBound: above('the measurement', load.histogram) + withoutAnswer,
    stoodStill: isClosed && hasStoodStill(load, boundMs),
  };
};

/**
 * What the measurements of a row count against a bound of p99 together.
 *
 * @throws BenchError where a histogram cannot be read
 */
export const rowCounts = (
  measurements: readonly CompletedMeasurement[],
  boundMs: number,
): RowCounts => {
  const counts = measurements.map((record) => measurementCounts(record, boundMs));
  return {
    requests: sum(counts.map(({ requests }) => requests)),
    overBound: sum(counts.map(({ overBound }) => overBound)),
    stoodStill: counts.some(({ stoodStill }) => stoodStill),
  };
};

/**
 * Whether requests keep a bound of p99: at most 0.1 % failed, and p99 within the bound by the binomial test of MLPerf at 99 %
 * confidence, where a failed request counts as one over it; `unknown` where they are too few to tell. It takes requests for
 * independent; those that wait in one queue are late together, so that a short window close to the limit tells less than its
 * confidence says.
 */
export const boundState = (
  failedShare: number,
  { requests, overBound, stoodStill }: RowCounts,
): 'kept' | 'not-kept' | 'unknown' => {
  const claim = { share: P99_SHARE, requests, overBound };
  if (failedShare > MOST_FAILED_SHARE || stoodStill || isClaimRefuted(claim)) return 'not-kept';
  return isClaimSupported(claim) ? 'kept' : 'unknown';
};
