/*
 * How many repeats a verdict needs, and how small a difference a plan can detect.
 *
 * Both ask for the power of a test: the probability that the interval excludes a limit if the truth lies at a given distance from it.
 * The truth must lie farther away than half the width of the interval, because the estimate scatters too: at exactly that distance, it
 * falls short in half of the runs.
 */
import { EQUIVALENCE_MARGIN, MIN_REPEATS, SPEED_ERROR } from './judgement.ts';
import { type LogRatio, MAX_SHRINKAGE } from './noise.ts';
import { studentTQuantile } from './probability.ts';

/** The probability of a decision with the advised number of repeats, or at the smallest detectable ratio. */
export const POWER = 0.8;

/**
 * Quantiles of the standard normal distribution by the number of limits that the interval must exclude: of {@link POWER} for one. For
 * two, each may fail with half of the remaining probability, so of (1 + POWER) ÷ 2.
 */
const NORMAL_QUANTILES = { 1: 0.8416212335729143, 2: 1.2815515655446004 } as const;

/** The largest number of repeats that is still estimated. */
const MAX_REPEATS = 1000;

/**
 * The distance between truth and limit, in true standard errors, at which the interval excludes the limit with a probability of
 * {@link POWER}.
 *
 * The interval excludes the limit if T = (estimate − limit) ÷ estimated standard error exceeds Student's t. T has a noncentral t
 * distribution, whose noncentrality δ is the wanted distance. With ν degrees of freedom,
 *
 *     P(T ≤ t) ≈ Φ((t·(1 − 1 ÷ 4ν) − δ) ÷ √(1 + t² ÷ 2ν))
 *
 * (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.10). It is 1 − POWER for δ = t·(1 − 1 ÷ 4ν) + z·√(1 + t² ÷ 2ν), where
 * z is the normal quantile of POWER.
 *
 * @param error 1 − the confidence of the interval
 * @param limits that the interval must exclude: one for `faster` or `slower`, two for `equal`
 */
const requiredDistance = (degreesOfFreedom: number, error: number, limits: 1 | 2): number => {
  const t = studentTQuantile(1 - error / 2, degreesOfFreedom);
  const meanFactor = 1 - 1 / (4 * degreesOfFreedom);
  const scatter = Math.sqrt(1 + t ** 2 / (2 * degreesOfFreedom));
  return t * meanFactor + NORMAL_QUANTILES[limits] * scatter;
};

/**
 * The fewest repeats that tell with a probability of {@link POWER} which target is faster, or that they are equal, if the true ratio and
 * the noise are those that were measured.
 *
 * @param repeats that were measured at each level and did not decide the comparison
 * @param error 1 − the confidence of the interval
 * @returns undefined above {@link MAX_REPEATS}
 */
export const repeatsToDecide = (
  { mean, standardError, degreesOfFreedom }: LogRatio,
  repeats: number,
  error: number,
): number | undefined => {
  const distanceFromOne = Math.abs(mean);
  const distanceFromMargin = Math.log1p(EQUIVALENCE_MARGIN) - distanceFromOne;
  const suffice = (planned: number): boolean => {
    const plannedError = standardError * Math.sqrt(repeats / planned);
    const plannedFreedom = (degreesOfFreedom * (planned - 1)) / (repeats - 1);
    return (
      distanceFromOne >= requiredDistance(plannedFreedom, error, 1) * plannedError ||
      distanceFromMargin >= requiredDistance(plannedFreedom, error, 2) * plannedError
    );
  };
  if (repeats >= MAX_REPEATS || !suffice(MAX_REPEATS)) return undefined;
  // Bisection: `enough` repeats suffice, `tooFew` do not.
  let [tooFew, enough] = [repeats, MAX_REPEATS];
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >> 1;
    if (suffice(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
};

/** The noise that a plan expects if it is not told, see {@link Comparisons}. */
export const ASSUMED_NOISE = 0.05;

/** The size of a plan, and the noise to expect. */
export interface Comparisons {
  readonly repeats: number;
  readonly targets: number;
  /** Levels of all scenarios. */
  readonly levels: number;
  /** Coefficient of variation of a target's rate between repeats, without what a repeat does to all targets. */
  readonly noise: number;
  /** The part of the allowed error that the last look at the verdicts may have. */
  readonly errorPart: number;
}

/**
 * The smallest true ratio of two rates that a run finds with a probability of {@link POWER} over all its levels, if all targets are
 * equally noisy. It plans with the degrees of freedom that `estimate` in noise.ts will find.
 *
 * @returns undefined if there are too few repeats, or nothing to compare
 */
export const minRatio = ({
  repeats,
  targets,
  levels,
  noise,
  errorPart,
}: Comparisons): number | undefined => {
  if (repeats < MIN_REPEATS || targets < 2) return undefined;
  // The logarithm of a log-normal rate has the variance ln(1 + noise²), the difference of two of them twice that.
  const deviation = Math.sqrt(2 * Math.log1p(noise ** 2));
  const standardError = deviation / Math.sqrt(repeats * levels);
  // Two targets have 2 ÷ targets of all degrees of freedom, and gain by shrinkage, up to all of them.
  const allFreedom = levels * (repeats - 1) * (targets - 1);
  const shareOfPair = Math.min(1, (2 * (1 + MAX_SHRINKAGE)) / targets);
  const pairs = (targets * (targets - 1)) / 2;
  const distance = requiredDistance(allFreedom * shareOfPair, (errorPart * SPEED_ERROR) / pairs, 1);
  return Math.exp(distance * standardError);
};
