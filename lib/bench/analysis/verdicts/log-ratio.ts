import { sum } from '../../sum.ts';

/** What one repeat gave. */
export interface MeasuredRate {
  /** Greater than 0. */
  readonly ratePerSecond: number;
  /** Answers that were counted, at least 1. */
  readonly answers: number;
}

/** The logarithm of first rate ÷ second rate, as far as the repeats tell it. */
export interface LogRatio {
  readonly mean: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
}

const meanOf = (values: readonly number[]): number => sum(values) / values.length;

/** Sample variance, with n − 1. */
const varianceOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
};

const logRate = ({ ratePerSecond }: MeasuredRate): number => Math.log(ratePerSecond);

/**
 * A rate is a count of whole answers and therefore not known better than to one of them. Without this floor, repeats that
 * happen to count alike, as slow servings in short windows do, would look as if they were certain.
 */
const leastVariance = (rates: readonly MeasuredRate[]): number =>
  Math.min(...rates.map(({ answers }) => answers)) ** -2;

/**
 * From repeats that ran side by side: the mean of the log ratios of the single repeats, with s ÷ √n as its standard error
 * and n − 1 degrees of freedom. What a repeat did to both sides, such as a drift of the machine, cancels.
 *
 * @param pairs first and second rate of each repeat, at least two
 */
export const pairedLogRatio = (
  pairs: readonly (readonly [first: MeasuredRate, second: MeasuredRate])[],
): LogRatio => {
  const differences = pairs.map(([first, second]) => logRate(first) - logRate(second));
  const variance = Math.max(varianceOf(differences), leastVariance(pairs.flat()));
  return {
    mean: meanOf(differences),
    standardError: Math.sqrt(variance / pairs.length),
    degreesOfFreedom: pairs.length - 1,
  };
};

/**
 * From repeats of two runs that have nothing in common: the difference of the mean log rates, with Welch's standard error
 * and the degrees of freedom of Welch and Satterthwaite (Welch 1947, Biometrika 34).
 *
 * @param first at least two, as `second`
 */
export const unpairedLogRatio = (
  first: readonly MeasuredRate[],
  second: readonly MeasuredRate[],
): LogRatio => {
  const [a, b] = [first, second].map((rates) => ({
    mean: meanOf(rates.map(logRate)),
    squaredError: Math.max(varianceOf(rates.map(logRate)), leastVariance(rates)) / rates.length,
    degreesOfFreedom: rates.length - 1,
  })) as [Side, Side];
  const squaredError = a.squaredError + b.squaredError;
  return {
    mean: a.mean - b.mean,
    standardError: Math.sqrt(squaredError),
    degreesOfFreedom:
      squaredError ** 2 /
      (a.squaredError ** 2 / a.degreesOfFreedom + b.squaredError ** 2 / b.degreesOfFreedom),
  };
};

interface Side {
  readonly mean: number;
  readonly squaredError: number;
  readonly degreesOfFreedom: number;
}
