import { sum } from '../../sum.ts';
import type { CompletedCell } from '../../results/record.ts';
import { readLatency } from '../read-latency.ts';
import type { LoadResult } from '../../load/result.ts';
import { valuesAbove, type Distribution } from '../statistics/distribution.ts';

/** Requests of a row, and how many of them did not keep a bound. */
export interface RowCounts {
  /** Answered, failed, or without an answer at the end. */
  readonly requests: number;
  /** Of these, answered later than the bound, failed, or without an answer at the end. */
  readonly overBound: number;
}

const MICROSECONDS_PER_MS = 1000;

/** What one cell counts against a bound of p99; its latencies are those of its histogram. */
export const boundCounts = (
  { succeeded, failed, unfinished }: LoadResult,
  latencies: Distribution,
  boundMs: number,
): RowCounts => ({
  requests: succeeded + failed + unfinished,
  overBound: valuesAbove(latencies, boundMs * MICROSECONDS_PER_MS) + failed + unfinished,
});

/**
 * What the cells of a row count against a bound of p99 together.
 *
 * @throws BenchError where a histogram cannot be read
 */
export const rowCounts = (cells: readonly CompletedCell[], boundMs: number): RowCounts => {
  const counts = cells.map(({ cell, load }) =>
    boundCounts(load, readLatency(`the cell "${cell.id}"`, load), boundMs),
  );
  return {
    requests: sum(counts.map(({ requests }) => requests)),
    overBound: sum(counts.map(({ overBound }) => overBound)),
  };
};
