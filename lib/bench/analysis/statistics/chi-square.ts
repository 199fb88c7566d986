import jStat from 'jstat';

/** The value below which a share of the χ² distribution lies: 3.357 for 0.5 and 4 degrees of freedom. */
export const chiSquareQuantile = (share: number, degreesOfFreedom: number): number =>
  jStat.chisquare.inv(share, degreesOfFreedom);
