import { EQUIVALENCE_MARGIN, FAMILY_ERROR, LEAST_REPEATS } from './judgement.ts';
import { type LogRatio, MOST_SHRINKAGE } from './noise.ts';
import { studentTQuantile } from './probability.ts';

/** The chance with which repeats that are advised, or a ratio that is named, lead to a decision. */
export const POWER = 0.8;

/** The values below which a standard normal variable lies with {@link POWER}, and for two limits with (1 + POWER) ÷ 2. */
const NORMAL_QUANTILES = { 1: 0.8416212335729143, 2: 1.2815515655446004 } as const;

/** More repeats than these are no advice. */
export const MOST_REPEATS = 100;

/**
 * How far, in true standard errors, the truth must lie beyond a limit for the interval to lie beyond it with a chance of
 * {@link POWER}: the δ of the noncentral t distribution for which P(T > t) is that, by the approximation
 * P(T ≤ t) ≈ Φ((t · (1 − 1 ÷ 4ν) − δ) ÷ √(1 + t² ÷ 2ν)) (Abramowitz and Stegun, 26.7.10).
 *
 * @param level 1 − the confidence of the interval
 * @param limits that it may cross: two for `equal`
 */
const neededErrors = (degreesOfFreedom: number, level: number, limits: 1 | 2): number => {
  const t = studentTQuantile(1 - level / 2, degreesOfFreedom);
  return (
    t * (1 - 1 / (4 * degreesOfFreedom)) +
    NORMAL_QUANTILES[limits] * Math.sqrt(1 + t ** 2 / (2 * degreesOfFreedom))
  );
};

/**
 * The least number of repeats that tells, with a chance of {@link POWER}, which of two is faster, or that they are equal, if
 * the true ratio and the noise are those that were seen.
 *
 * @param repeats that were measured at each level
 * @param level 1 − the confidence of the interval
 * @returns undefined if it is more than {@link MOST_REPEATS}
 */
export const repeatsToDecide = (
  { mean, standardError, degreesOfFreedom }: LogRatio,
  repeats: number,
  level: number,
): number | undefined => {
  const distance = Math.abs(mean);
  const suffice = (wanted: number): boolean => {
    const errors = standardError * Math.sqrt(repeats / wanted);
    const freedom = (degreesOfFreedom * (wanted - 1)) / (repeats - 1);
    return (
      distance >= neededErrors(freedom, level, 1) * errors ||
      Math.log1p(EQUIVALENCE_MARGIN) - distance >= neededErrors(freedom, level, 2) * errors
    );
  };
  if (repeats >= MOST_REPEATS || !suffice(MOST_REPEATS)) return undefined;
  let [low, high] = [repeats, MOST_REPEATS];
  // `high` suffice; so many as were measured did not.
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (suffice(middle)) high = middle;
    else low = middle;
  }
  return high;
};

/** A plan, as far as it matters for what it can tell apart. */
export interface Comparisons {
  readonly repeats: number;
  readonly targets: number;
  /** Levels of all scenarios. */
  readonly levels: number;
  /** Coefficient of variation between the repeats of one target, beyond what a repeat does to all of them. */
  readonly noise: number;
}

/**
 * The least true ratio of two rates that a run tells from 1 with a chance of {@link POWER}, all its levels together, where all
 * targets have the same noise.
 *
 * @returns undefined for too few repeats, and if there is nothing to compare
 */
export const leastRatio = ({
  repeats,
  targets,
  levels,
  noise,
}: Comparisons): number | undefined => {
  if (repeats < LEAST_REPEATS || targets < 2) return undefined;
  // Of a log-normal rate, and √2 times that of one target, as both have it.
  const deviation = Math.sqrt(2 * Math.log1p(noise ** 2));
  // Those of two moderated variances, no more than all targets have.
  const share = Math.min(1, (2 * (1 + MOST_SHRINKAGE)) / targets);
  const freedom = levels * (repeats - 1) * (targets - 1) * share;
  const level = FAMILY_ERROR / ((targets * (targets - 1)) / 2);
  return Math.exp((neededErrors(freedom, level, 1) * deviation) / Math.sqrt(repeats * levels));
};
