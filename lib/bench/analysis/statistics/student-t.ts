import jStat from 'jstat';

/**
 * The value below which a share of Student's t distribution lies: 2.776 for 0.975 and 4 degrees of freedom.
 *
 * @param share between 0 and 1, both excluded
 * @param degreesOfFreedom above 0, also broken, as Welch's test gives them
 */
export const studentTQuantile = (share: number, degreesOfFreedom: number): number =>
  jStat.studentt.inv(share, degreesOfFreedom);

/** The share of Student's t distribution that lies below a value, relative precision about 10⁻⁷ also in the tails. */
export const studentTCdf = (value: number, degreesOfFreedom: number): number =>
  jStat.studentt.cdf(value, degreesOfFreedom);

/** The chance that Student's t lies at least as far from 0 as a value, on either side: the p value of a t test. */
export const studentTTwoSided = (value: number, degreesOfFreedom: number): number =>
  Math.min(1, 2 * studentTCdf(-Math.abs(value), degreesOfFreedom));
