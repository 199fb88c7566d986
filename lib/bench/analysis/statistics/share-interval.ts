import jStat from 'jstat';
import type { Interval } from './interval.ts';

/**
 * The exact interval of a share after Clopper and Pearson (Biometrika 26, 1934), by quantiles of the beta distribution.
 *
 * @param successes at least 0, at most `trials`
 * @param trials above 0; both may be broken, as numbers of independent trials that others are worth
 * @param endConfidence of each of its ends by itself, as a share: with 0.99 the interval has a confidence of 0.98
 */
export const shareInterval = (
  successes: number,
  trials: number,
  endConfidence: number,
): Interval => ({
  low: successes === 0 ? 0 : jStat.beta.inv(1 - endConfidence, successes, trials - successes + 1),
  high: successes === trials ? 1 : jStat.beta.inv(endConfidence, successes + 1, trials - successes),
  confidence: 1 - 2 * (1 - endConfidence),
});
