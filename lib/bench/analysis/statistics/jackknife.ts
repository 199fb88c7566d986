import { INTERVAL_CONFIDENCE, type Interval } from './interval.ts';
import { studentTQuantile } from './student-t.ts';

/**
 * The interval of a figure over n repeats from what the figure is without each of them: figure ± t · s, with
 * s² = (n − 1) ÷ n · Σ (figure without repeat i − mean of these)² and t of n − 1 degrees of freedom (the delete-a-group
 * jackknife; Shao and Wu, "A general theory for jackknife variance estimation", 1989, for percentiles).
 *
 * Of a mean over repeats this is Student's t interval of their values. It rests on whole repeats, so it holds whatever
 * hangs together inside one, and it is wide where they are few, as it must be.
 *
 * @param value the figure over all repeats
 * @param withoutEach the figure without each repeat
 * @returns undefined for fewer than two repeats
 */
export const jackknifeInterval = (
  value: number,
  withoutEach: readonly number[],
  confidence = INTERVAL_CONFIDENCE,
): Interval | undefined => {
  const count = withoutEach.length;
  if (count < 2) return undefined;
  const mean = withoutEach.reduce((sum, one) => sum + one, 0) / count;
  const squares = withoutEach.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const halfWidth =
    studentTQuantile((1 + confidence) / 2, count - 1) * Math.sqrt(((count - 1) / count) * squares);
  if (!Number.isFinite(halfWidth)) return undefined;
  return {
    // No rate and no latency is below zero, also where few repeats make the interval wide.
    low: Math.max(0, value - halfWidth),
    high: value + halfWidth,
    confidence,
    method: 'student-t',
  };
};
