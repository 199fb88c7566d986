import { meanOf, varianceOf } from './moments.ts';

/** What one repeat gave. */
export interface MeasuredRate {
  /** Greater than 0. */
  readonly ratePerSecond: number;
  /** Answers that were counted, at least 1. */
  readonly answers: number;
}

/** A percentile of the response times of one repeat, which is the shorter the faster. */
export interface MeasuredTime {
  /** Greater than 0. */
  readonly timeMs: number;
  /** How far it may lie from the true one for the answers that it was read from alone, as a share of it. */
  readonly leastError: number;
}

/** The figure that one repeat is judged by. */
export type MeasuredSpeed = MeasuredRate | MeasuredTime;

/**
 * The logarithm of how many times as fast the first is as the second, as far as the repeats tell it: of first rate ÷ second
 * rate, or of second time ÷ first time.
 */
export interface LogRatio {
  readonly mean: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
}

/** The logarithm of a figure, turned so that the greater one is the faster one; not finite where nothing was answered. */
export const logSpeed = (figure: MeasuredSpeed): number =>
  'timeMs' in figure ? -Math.log(figure.timeMs) : Math.log(figure.ratePerSecond);

const leastErrorOf = (figure: MeasuredSpeed): number =>
  'timeMs' in figure ? figure.leastError : 1 / figure.answers;

/**
 * A rate is a count of whole answers and therefore not known better than to one of them, and a percentile no better than its
 * answers tell it. Without this floor, repeats that happen to come out alike, as slow servings in short windows do, would
 * look as if they were certain.
 */
const leastVariance = (figures: readonly MeasuredSpeed[]): number =>
  Math.max(...figures.map(leastErrorOf)) ** 2;

/**
 * From repeats that ran side by side: the mean of the log ratios of the single repeats, with s ÷ √n as its standard error
 * and n − 1 degrees of freedom. What a repeat did to both sides, such as a drift of the machine, cancels.
 *
 * @param pairs first and second figure of each repeat, at least two; all of one kind
 */
export const pairedLogRatio = (
  pairs: readonly (readonly [first: MeasuredSpeed, second: MeasuredSpeed])[],
): LogRatio => {
  const differences = pairs.map(([first, second]) => logSpeed(first) - logSpeed(second));
  const variance = Math.max(varianceOf(differences), leastVariance(pairs.flat()));
  return {
    mean: meanOf(differences),
    standardError: Math.sqrt(variance / pairs.length),
    degreesOfFreedom: pairs.length - 1,
  };
};

/**
 * From repeats of two runs that have nothing in common: the difference of the means of the logarithms, with Welch's standard error
 * and the degrees of freedom of Welch and Satterthwaite (Welch 1947, Biometrika 34).
 *
 * @param first at least two, as `second`; all of one kind
 */
export const unpairedLogRatio = (
  first: readonly MeasuredSpeed[],
  second: readonly MeasuredSpeed[],
): LogRatio => {
  const [a, b] = [first, second].map((figures) => ({
    mean: meanOf(figures.map(logSpeed)),
    squaredError:
      Math.max(varianceOf(figures.map(logSpeed)), leastVariance(figures)) / figures.length,
    degreesOfFreedom: figures.length - 1,
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
