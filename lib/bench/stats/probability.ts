import { incompleteBeta, incompleteGamma, whereReached } from './special-functions.ts';

/** The share of Student's t distribution that lies below a value, precise also in the tails. */
export const studentTCdf = (value: number, degreesOfFreedom: number): number => {
  const x = degreesOfFreedom / (degreesOfFreedom + value ** 2);
  const beyond = incompleteBeta(x, degreesOfFreedom / 2, 0.5) / 2;
  return value < 0 ? beyond : 1 - beyond;
};

/** Of whole degrees of freedom: a run asks for the same few in every row, and each is found by iteration. */
const known = new Map<string, number>();

const findQuantile = (share: number, degreesOfFreedom: number): number => {
  const tail = Math.min(share, 1 - share);
  const cdf = (value: number): number => studentTCdf(value, degreesOfFreedom);
  let least = -1;
  while (cdf(least) > tail) least *= 2;
  const value = whereReached(cdf, tail, least, 0);
  return share < 0.5 ? value : -value;
};

/**
 * The value below which a share of Student's t distribution lies: 2.776 for 0.975 and 4 degrees of freedom.
 *
 * @param share between 0 and 1, both excluded
 * @param degreesOfFreedom above 0, also broken, as Welch's test gives them
 */
export const studentTQuantile = (share: number, degreesOfFreedom: number): number => {
  if (!Number.isInteger(degreesOfFreedom)) return findQuantile(share, degreesOfFreedom);
  const key = `${share}/${degreesOfFreedom}`;
  const value = known.get(key) ?? findQuantile(share, degreesOfFreedom);
  known.set(key, value);
  return value;
};

/** So far from 0 nothing is left of the normal distribution that a number could tell. */
const FARTHEST = 37;

const normalCdf = (value: number): number =>
  (1 + Math.sign(value) * incompleteGamma(0.5, value ** 2 / 2)) / 2;

/** The value below which a share of the standard normal distribution lies: 1.96 for 0.975. */
export const normalQuantile = (share: number): number =>
  whereReached(normalCdf, share, -FARTHEST, FARTHEST);

/** The value below which half of the χ² distribution lies: 3.357 for 4 degrees of freedom. */
export const chiSquareMedian = (degreesOfFreedom: number): number =>
  whereReached(
    (value) => incompleteGamma(degreesOfFreedom / 2, value / 2),
    0.5,
    0,
    degreesOfFreedom,
  );

/** The chance of at most so many successes in so many trials, each with the same probability. */
export const binomialCdf = (successes: number, trials: number, probability: number): number => {
  if (successes < 0) return 0;
  return successes >= trials
    ? 1
    : incompleteBeta(1 - probability, trials - successes, successes + 1);
};
