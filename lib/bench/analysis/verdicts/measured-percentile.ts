import { MICROSECONDS_PER_MS } from '../../stats/histogram.ts';
import type { CompletedCell } from '../../model/record.ts';
import { readHistogram } from '../read-histogram.ts';
import { percentileOfRepeat } from '../../stats/distribution.ts';
import type { MeasuredTime } from '../../stats/log-ratio.ts';

/**
 * A percentile of the response times of one repeat, of its right answers, from its histogram; NaN where it has none.
 *
 * @throws BenchError where the histogram is damaged
 */
export const percentileOf = ({ cell, load }: CompletedCell, percent: number): MeasuredTime => {
  const histogram = readHistogram(`the cell "${cell.id}"`, load.histogram);
  const { value, leastError } = percentileOfRepeat(histogram, percent);
  return { timeMs: value / MICROSECONDS_PER_MS, leastError };
};

/** A repeat is asked about once for each path that it is held against. */
const knownMedians = new WeakMap<CompletedCell, MeasuredTime>();

/** The median response time of one repeat. */
export const medianOf = (cell: CompletedCell): MeasuredTime => {
  const before = knownMedians.get(cell);
  if (before !== undefined) return before;
  const median = percentileOf(cell, 50);
  knownMedians.set(cell, median);
  return median;
};
