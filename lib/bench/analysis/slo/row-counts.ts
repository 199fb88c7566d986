import { sum } from '../../sum.ts';
import type { CompletedCell } from '../../results/record.ts';
import { readHistogram } from '../read-histogram.ts';
import { valuesAbove, type Distribution } from '../statistics/distribution.ts';
import { hasStoodStill, waitedLonger } from './unfinished-waits.ts';

/** Requests of a row, and how many of them did not keep a bound. */
export interface RowCounts {
  /**
   * Answered, failed, or without an answer at the end; in a closed loop the last only where they had waited longer than the
   * bound: of the others nobody knows whether they would have kept it.
   */
  readonly requests: number;
  /** Of these, answered later than the bound, failed, or without an answer at the end. */
  readonly overBound: number;
  /** Whether a window ended without answers; see `hasStoodStill`. */
  readonly stoodStill: boolean;
}

const MICROSECONDS_PER_MS = 1000;

/**
 * What one cell counts against a bound of p99; its latencies are those of its histogram.
 *
 * An open loop waits for all that was planned in its window, up to the timeout, so what is unfinished then is late. A closed
 * loop stops at the end of its window with a request of each user in flight: these are no evidence of being late, unless
 * they had waited longer than the bound by then.
 *
 * @throws BenchError where the histogram of the waits cannot be read
 */
export const boundCounts = (
  record: CompletedCell,
  latencies: Distribution,
  boundMs: number,
): RowCounts => {
  const { cell, load } = record;
  const { succeeded, failed, unfinished } = load;
  const isClosed = cell.level.loop === 'closed';
  const withoutAnswer = isClosed ? waitedLonger(record, boundMs) : unfinished;
  return {
    requests: succeeded + failed + withoutAnswer,
    overBound: valuesAbove(latencies, boundMs * MICROSECONDS_PER_MS) + failed + withoutAnswer,
    stoodStill: isClosed && hasStoodStill(load, boundMs),
  };
};

/**
 * What the cells of a row count against a bound of p99 together.
 *
 * @throws BenchError where a histogram cannot be read
 */
export const rowCounts = (cells: readonly CompletedCell[], boundMs: number): RowCounts => {
  const counts = cells.map((record) =>
    boundCounts(
      record,
      readHistogram(`the cell "${record.cell.id}"`, record.load.histogram),
      boundMs,
    ),
  );
  return {
    requests: sum(counts.map(({ requests }) => requests)),
    overBound: sum(counts.map(({ overBound }) => overBound)),
    stoodStill: counts.some(({ stoodStill }) => stoodStill),
  };
};
