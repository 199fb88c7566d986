import { sum } from '../../sum.ts';
import type { CompletedCell } from '../../results/record.ts';
import { readLatency } from '../read-latency.ts';
import { valuesAbove } from '../statistics/distribution.ts';

/** Requests of a row, and how many of them did not keep a bound. */
export interface RowCounts {
  /** Answered, failed, or without an answer at the end. */
  readonly requests: number;
  /** Of these, answered later than the bound, failed, or without an answer at the end. */
  readonly overBound: number;
}

const MICROSECONDS_PER_MS = 1000;

/**
 * What the cells of a row count against a bound of p99, as the windows of a search do.
 *
 * @throws BenchError where a histogram cannot be read
 */
export const rowCounts = (cells: readonly CompletedCell[], boundMs: number): RowCounts => ({
  requests: sum(cells.map(({ load }) => load.succeeded + load.failed + load.unfinished)),
  overBound: sum(
    cells.map(({ cell, load }) => {
      const latencies = readLatency(`the cell "${cell.id}"`, load);
      return valuesAbove(latencies, boundMs * MICROSECONDS_PER_MS) + load.failed + load.unfinished;
    }),
  ),
});
