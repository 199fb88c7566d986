import type { CompletedCell } from '../../results/record.ts';
import { readHistogram } from '../read-histogram.ts';
import { HISTOGRAM_RESOLUTION, percentilesOf } from '../statistics/distribution.ts';
import type { MeasuredMedian } from './log-ratio.ts';

const MICROSECONDS_PER_MS = 1000;

/** A repeat is asked about once for each path that it is held against. */
const known = new WeakMap<CompletedCell, MeasuredMedian>();

/**
 * The median of n answers and how well they tell it. Whatever the distribution, the share of answers below the true median
 * has a standard deviation of 1 ÷ (2 √n), so half the distance of the percentiles 50 ± 50 ÷ √n is that of the median (order
 * statistics; David and Nagaraja 2003, 7.1); answers that waited in one queue are no independent ones, and what that adds is
 * in the scatter of the repeats. Nor is it known better than to a bucket of the histogram.
 */
const readMedian = ({ cell, load }: CompletedCell): MeasuredMedian => {
  const distribution = readHistogram(`the cell "${cell.id}"`, load.histogram);
  const deviation = 50 / Math.sqrt(distribution.total);
  const [low = Number.NaN, median = Number.NaN, high = Number.NaN] = percentilesOf(distribution, [
    Math.max(0, 50 - deviation),
    50,
    Math.min(100, 50 + deviation),
  ]);
  return {
    medianMs: median / MICROSECONDS_PER_MS,
    leastError: Math.max(HISTOGRAM_RESOLUTION, Math.log(high / low) / 2),
  };
};

/**
 * The median response time of one repeat, of its right answers, from its histogram; NaN where it has none.
 *
 * @throws BenchError where the histogram is damaged
 */
export const medianOf = (cell: CompletedCell): MeasuredMedian => {
  const before = known.get(cell);
  if (before !== undefined) return before;
  const median = readMedian(cell);
  known.set(cell, median);
  return median;
};
