import { studentTQuantile } from '../../analysis/statistics/student-t.ts';
import { errorPerLook, LEAST_REPEATS } from './looks.ts';

/** Half of the width of the interval, as a share of the rate, that is precise enough. */
export const PRECISE_SHARE = 0.02;

/** The chance that any look takes an interval that does not hold the rate. */
const PRECISION_ERROR = 0.05;

/**
 * Half of the width of the interval of a rate, as a share of it: Student's t interval on the logarithm of the repeats, at
 * the confidence of one look. Infinite for too few repeats.
 */
export const halfWidthShare = (
  ratesPerSecond: readonly number[],
  plannedRepeats: number,
): number => {
  const count = ratesPerSecond.length;
  if (count < LEAST_REPEATS || ratesPerSecond.some((rate) => rate <= 0)) return Infinity;
  const logs = ratesPerSecond.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / count;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (count - 1);
  const error = errorPerLook(PRECISION_ERROR, plannedRepeats);
  return Math.expm1(studentTQuantile(1 - error / 2, count - 1) * Math.sqrt(variance / count));
};
