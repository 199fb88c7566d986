import jStat from 'jstat';

/** The chance of at most so many successes in so many trials, each with the same probability. */
export const binomialCdf = (successes: number, trials: number, probability: number): number => {
  if (successes < 0) return 0;
  return successes >= trials ? 1 : jStat.binomial.cdf(successes, trials, probability);
};
