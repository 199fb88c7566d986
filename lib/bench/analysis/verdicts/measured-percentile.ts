import { MICROSECONDS_PER_MS } from '../../stats/histogram.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { readHistogram } from '../read-histogram.ts';
import { percentileOfRepeat } from '../../stats/distribution.ts';
import type { MeasuredTime } from '../../stats/log-ratio.ts';

/**
 * A percentile of the response times of one repeat, of its correct answers, from its histogram; NaN where it has none.
 *
 * @throws BenchError where the histogram is damaged
 */
export const percentileOf = (
  { measurement, load }: CompletedMeasurement,
  percent: number,
): MeasuredTime => {
  const histogram = readHistogram(`the measurement "${measurement.id}"`, load.histogram);
  const { value, leastError } = percentileOfRepeat(histogram, percent);
  return { timeMs: value / MICROSECONDS_PER_MS, leastError };
};

/** A repeat is asked about once for each target that it is held against. */
const knownMedians = new WeakMap<CompletedMeasurement, MeasuredTime>();

/** The median response time of one repeat. */
export const medianOf = (measurement: CompletedMeasurement): MeasuredTime => {
  const before = knownMedians.get(measurement);
  if (before !== undefined) return before;
  const median = percentileOf(measurement, 50);
  knownMedians.set(measurement, median);
  return median;
};
