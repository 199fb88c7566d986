import { MICROSECONDS_PER_MS } from '../../stats/histogram.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { sum } from '../../stats/moments.ts';
import { readHistogram } from '../over-repeats.ts';
import { valuesAbove } from '../../stats/distribution.ts';
import { isClaimRefuted, isClaimSupported } from '../../stats/percentile-claim.ts';

/** Requests of a row, and how many of them were over a bound. */
export interface RowCounts {
  /**
   * Answered, failed, unsent, or without an answer at the end. In a closed loop the last count only if they had waited longer
   * than the bound: otherwise it is unknown whether they would have kept it.
   */
  readonly requests: number;
  /** Of these, all without a correct answer within the bound. */
  readonly overBound: number;
}

/** The largest share of failed requests with which a rate keeps a bound. */
export const MOST_FAILED_SHARE = 0.001;

/** Share of the requests that must keep the bound. */
const P99_SHARE = 0.99;

/**
 * The requests of one measurement against a bound of p99. An open loop waits for all planned requests up to the timeout, so
 * what is unfinished is late. A closed loop stops with a request of each user in flight, which counts as late only if it had
 * waited longer than the bound.
 */
const measurementCounts = (record: CompletedMeasurement, boundMs: number): RowCounts => {
  const { measurement, load } = record;
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
  };
};

/**
 * The requests of all measurements of a row against a bound of p99.
 *
 * @throws BenchError if a histogram cannot be read
 */
export const rowCounts = (
  measurements: readonly CompletedMeasurement[],
  boundMs: number,
): RowCounts => {
  const counts = measurements.map((record) => measurementCounts(record, boundMs));
  return {
    requests: sum(counts.map(({ requests }) => requests)),
    overBound: sum(counts.map(({ overBound }) => overBound)),
  };
};

/**
 * Whether requests keep a bound of p99: at most {@link MOST_FAILED_SHARE} failed, and p99 within the bound by the
 * binomial test of MLPerf, where a failed request counts as over it; `unknown` with too few requests. The test assumes independent requests;
 * those in one queue are late together, so a short window near the limit says less than its confidence.
 */
export const boundState = (
  failedShare: number,
  { requests, overBound }: RowCounts,
): 'kept' | 'not-kept' | 'unknown' => {
  const claim = { share: P99_SHARE, requests, overBound };
  if (failedShare > MOST_FAILED_SHARE || isClaimRefuted(claim)) return 'not-kept';
  return isClaimSupported(claim) ? 'kept' : 'unknown';
};
