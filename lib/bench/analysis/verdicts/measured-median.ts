import { MICROSECONDS_PER_MS } from '../../load/histogram.ts';
import type { CompletedCell } from '../../results/record.ts';
import { readHistogram } from '../read-histogram.ts';
import { percentileOfRepeat } from '../statistics/distribution.ts';
import type { MeasuredMedian } from './log-ratio.ts';

/** A repeat is asked about once for each path that it is held against. */
const known = new WeakMap<CompletedCell, MeasuredMedian>();

/**
 * The median response time of one repeat, of its right answers, from its histogram; NaN where it has none.
 *
 * @throws BenchError where the histogram is damaged
 */
export const medianOf = (cell: CompletedCell): MeasuredMedian => {
  const before = known.get(cell);
  if (before !== undefined) return before;
  const histogram = readHistogram(`the cell "${cell.cell.id}"`, cell.load.histogram);
  const { value, leastError } = percentileOfRepeat(histogram, 50);
  const median = { medianMs: value / MICROSECONDS_PER_MS, leastError };
  known.set(cell, median);
  return median;
};
