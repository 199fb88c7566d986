import { MICROSECONDS_PER_MS } from '../../stats/histogram.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { sum } from '../../stats/moments.ts';
import { readHistogram } from '../figures-over-repeats.ts';
import { valuesAbove } from '../../stats/distribution.ts';
import { isClaimRefuted, isClaimSupported } from '../../stats/percentile-claim.ts';

/** Requests of a row, and how many of them exceeded a p99 limit. */
export interface RowCounts {
  /** Requests that were answered, failed, or were not sent. */
  readonly requests: number;
  /** Of these, requests without a correct answer within the limit. */
  readonly overLimit: number;
}

/** Largest share of failed requests with which a rate keeps a limit. */
export const MAX_FAILED_SHARE = 0.001;

const P99_SHARE = 0.99;

/** Counts the requests of one measurement. */
const measurementCounts = (
  { measurement, load }: CompletedMeasurement,
  limitMs: number,
): RowCounts => {
  const withoutAnswer = load.failed + load.unsent;
  const latencies = readHistogram(`the measurement "${measurement.id}"`, load.histogram);
  return {
    requests: load.succeeded + withoutAnswer,
    overLimit: valuesAbove(latencies, limitMs * MICROSECONDS_PER_MS) + withoutAnswer,
  };
};

/**
 * Counts the requests of all measurements of a row.
 *
 * @throws BenchError `BENCH_DAMAGED` if a histogram cannot be read
 */
export const rowCounts = (
  measurements: readonly CompletedMeasurement[],
  limitMs: number,
): RowCounts => {
  const counts = measurements.map((record) => measurementCounts(record, limitMs));
  return {
    requests: sum(counts.map(({ requests }) => requests)),
    overLimit: sum(counts.map(({ overLimit }) => overLimit)),
  };
};

/**
 * Whether a p99 limit is kept: at most {@link MAX_FAILED_SHARE} of the requests failed, and the binomial test of MLPerf supports that p99
 * is within the limit, where failed requests count as over it. `unknown` if there are too few requests.
 *
 * The test assumes that requests are independent. Requests in one queue are late together, so near the limit a short window is less
 * certain than the test says.
 */
export const limitState = (
  failedShare: number,
  { requests, overLimit }: RowCounts,
): 'kept' | 'not-kept' | 'unknown' => {
  const claim = { share: P99_SHARE, requests, overLimit };
  if (failedShare > MAX_FAILED_SHARE || isClaimRefuted(claim)) return 'not-kept';
  return isClaimSupported(claim) ? 'kept' : 'unknown';
};
