import { chiSquareMedian, normalQuantile, studentTQuantile } from './probability.ts';
import { FAMILY_ERROR, LEAST_REPEATS, MARGIN_LOG } from './decide.ts';
import type { LogRatio } from './log-ratio.ts';

/** The chance with which repeats that are advised, or a ratio that is named, lead to a word. */
export const POWER = 0.8;

/** More repeats than these are no advice. */
export const MOST_REPEATS = 100;

/** Runs compare thousands of pairs at a few levels. */
const known = new Map<string, number>();

/**
 * How far, in true standard errors of the mean, the truth must lie inside the region of a word for it to be said with a
 * chance of {@link POWER}: the δ of the noncentral t distribution for which P(T > t) is that, by the approximation
 * P(T ≤ t) ≈ Φ((t · (1 − 1 ÷ 4ν) − δ) ÷ √(1 + t² ÷ 2ν)) (Abramowitz and Stegun, 26.7.10).
 *
 * @param level what the p value is held against, after the correction
 * @param sides of the region that the figures may leave by: two for `equivalent`
 */
const neededErrors = (repeats: number, level: number, sides: 1 | 2): number => {
  const key = `${repeats}/${level}/${sides}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const degreesOfFreedom = repeats - 1;
  const t = studentTQuantile(1 - level / 2, degreesOfFreedom);
  const errors =
    t * (1 - 1 / (4 * degreesOfFreedom)) +
    normalQuantile(1 - (1 - POWER) / sides) * Math.sqrt(1 + t ** 2 / (2 * degreesOfFreedom));
  known.set(key, errors);
  return errors;
};

/**
 * The deviation of few repeats is more often too small than too large: divided by the median of its distribution,
 * √(χ² ÷ ν), it is as often the one as the other.
 */
const medianUnbiased = ({ standardError, degreesOfFreedom }: LogRatio): number =>
  standardError *
  Math.sqrt(degreesOfFreedom + 1) *
  Math.sqrt(degreesOfFreedom / chiSquareMedian(degreesOfFreedom));

/**
 * The least number of repeats from which a comparison is decided with a chance of {@link POWER}, if the true ratio and the
 * deviation between repeats are those that were seen. Three repeats tell both so roughly that their advice decided 65 to
 * 77 % of simulated pairs, that of five 75 to 92 %.
 *
 * @param level 1 − the confidence of its interval
 * @returns undefined where it is more than {@link MOST_REPEATS}
 */
export const repeatsToDecide = (ratio: LogRatio, level: number): number | undefined => {
  const measured = ratio.degreesOfFreedom + 1;
  const deviation = medianUnbiased(ratio);
  const distance = Math.abs(Math.abs(ratio.mean) - MARGIN_LOG);
  const sides = Math.abs(ratio.mean) < MARGIN_LOG ? 2 : 1;
  const suffices = (repeats: number): boolean =>
    distance >= neededErrors(repeats, level, sides) * (deviation / Math.sqrt(repeats));
  if (measured >= MOST_REPEATS || !suffices(MOST_REPEATS)) return undefined;
  let [low, high] = [measured, MOST_REPEATS];
  // `high` suffice; so many as were measured did not.
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (suffices(middle)) high = middle;
    else low = middle;
  }
  return high;
};

/** A plan, as far as it matters for what it can tell apart. */
export interface Comparisons {
  readonly repeats: number;
  /** Pairs of targets at one load, all of which count for the correction. */
  readonly pairs: number;
  /** Coefficient of variation between the repeats of one target, beyond what a repeat does to all of them. */
  readonly noise: number;
}

/**
 * The least true ratio of two rates that is decided with a chance of {@link POWER}: the margin of equivalence and what the
 * noise adds to it, √2 times that of one target as both have it.
 *
 * @returns undefined for too few repeats
 */
export const leastRatio = ({ repeats, pairs, noise }: Comparisons): number | undefined => {
  if (repeats < LEAST_REPEATS || pairs < 1) return undefined;
  // Of a log-normal rate.
  const deviation = Math.sqrt(2 * Math.log1p(noise ** 2));
  return Math.exp(
    MARGIN_LOG + neededErrors(repeats, FAMILY_ERROR / pairs, 1) * (deviation / Math.sqrt(repeats)),
  );
};
