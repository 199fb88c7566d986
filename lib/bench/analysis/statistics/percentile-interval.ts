import { percentilesOf, valuesAbove, type Distribution } from './distribution.ts';
import { INTERVAL_CONFIDENCE, type Interval } from './interval.ts';
import { shareInterval } from './share-interval.ts';
import { studentTQuantile } from './student-t.ts';

/**
 * How many independent answers the answers of all repeats are worth for saying which share of all lies below a value:
 * p (1 − p) ÷ v, with v the variance of that share over repeats as groups, times (t of all answers ÷ t of the repeats)²,
 * since few repeats know v badly; never more than there are.
 */
const answersWorth = (
  repeats: readonly Distribution[],
  value: number,
  confidence: number,
): number => {
  const groups = repeats.length;
  const counts = repeats.map((one) => ({ all: one.total, above: valuesAbove(one, value, 0) }));
  const all = counts.reduce((sum, one) => sum + one.all, 0);
  const share = counts.reduce((sum, { above }) => sum + above, 0) / all;
  const squares = counts.reduce((sum, one) => sum + (one.above - share * one.all) ** 2, 0);
  const variance = ((groups / (groups - 1)) * squares) / all ** 2;
  const t = (degreesOfFreedom: number): number =>
    studentTQuantile((1 + confidence) / 2, degreesOfFreedom);
  // Repeats that agree say nothing against independence.
  const independent = variance === 0 ? Infinity : (share * (1 - share)) / variance;
  return Math.min(all, independent * (t(all - 1) / t(groups - 1)) ** 2);
};

/**
 * The interval of a percentile over the answers of several repeats: the percentiles, read from all answers, of the least
 * and the greatest share that may lie below it. These are the limits of Clopper and Pearson for a share among so many
 * answers as those of all repeats are worth, whose differences count (Korn and Graubard, "Confidence intervals for
 * proportions with small expected number of positive counts estimated from survey data", 1998; turned into limits of a
 * percentile as in Woodruff, "Confidence intervals for medians and other position measures", 1952).
 *
 * Unlike figure ± t · s it needs no symmetry: above a p99 the answers are few and far apart. Where they are too few for an
 * upper end, it is the slowest of all.
 *
 * @param merged all repeats together
 * @param percentile between 0 and 100, both excluded
 * @returns in the unit of the distributions; undefined for fewer than two repeats
 */
export const percentileInterval = (
  merged: Distribution,
  repeats: readonly Distribution[],
  percentile: number,
  confidence = INTERVAL_CONFIDENCE,
): Interval | undefined => {
  const [value] = percentilesOf(merged, [percentile]);
  if (repeats.length < 2 || value === undefined || Number.isNaN(value)) return undefined;
  const worth = answersWorth(repeats, value, confidence);
  const share = shareInterval((worth * percentile) / 100, worth, (1 + confidence) / 2);
  // The answer above the one of that share is the first that is certainly not below it.
  const upper = Math.min(1, share.high + 1 / merged.total);
  const [low, high] = percentilesOf(merged, [share.low * 100, upper * 100]);
  return low === undefined || high === undefined
    ? undefined
    : { low, high, confidence, method: 'binomial' };
};
