import jStat from 'jstat';

/** A run asks for the same few quantiles in every row, and the library finds each one by iteration. */
const known = new Map<string, number>();

/**
 * The value below which a share of Student's t distribution lies: 2.776 for 0.975 and 4 degrees of freedom.
 *
 * @param share between 0 and 1, both excluded
 * @param degreesOfFreedom above 0, also broken, as Welch's test gives them
 */
export const studentTQuantile = (share: number, degreesOfFreedom: number): number => {
  const key = `${share}/${degreesOfFreedom}`;
  const value = known.get(key) ?? jStat.studentt.inv(share, degreesOfFreedom);
  known.set(key, value);
  return value;
};

/** The share of Student's t distribution that lies below a value, relative precision about 10⁻⁷ also in the tails. */
export const studentTCdf = (value: number, degreesOfFreedom: number): number =>
  jStat.studentt.cdf(value, degreesOfFreedom);

/** The chance that Student's t lies at least as far from 0 as a value, on either side: the p value of a t test. */
export const studentTTwoSided = (value: number, degreesOfFreedom: number): number =>
  Math.min(1, 2 * studentTCdf(-Math.abs(value), degreesOfFreedom));

/** The value below which a share of the standard normal distribution lies: 1.96 for 0.975. */
export const normalQuantile = (share: number): number => jStat.normal.inv(share, 0, 1);

/** The value below which a share of the χ² distribution lies: 3.357 for 0.5 and 4 degrees of freedom. */
export const chiSquareQuantile = (share: number, degreesOfFreedom: number): number =>
  jStat.chisquare.inv(share, degreesOfFreedom);

/** The chance of at most so many successes in so many trials, each with the same probability. */
export const binomialCdf = (successes: number, trials: number, probability: number): number => {
  if (successes < 0) return 0;
  return successes >= trials ? 1 : jStat.binomial.cdf(successes, trials, probability);
};
