import jStat from 'jstat';

/** The value below which a share of the standard normal distribution lies: 1.96 for 0.975. */
export const normalQuantile = (share: number): number => jStat.normal.inv(share, 0, 1);
