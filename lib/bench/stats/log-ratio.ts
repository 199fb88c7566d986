import { meanOf, squaresOf } from './moments.ts';
import type { Differences } from './noise.ts';

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

/** The figures of two sides in each repeat that both have; all of one kind. */
export type MeasuredPairs = readonly (readonly [first: MeasuredSpeed, second: MeasuredSpeed])[];

/** The logarithm of a figure, turned so that the greater one is the faster one; not finite if nothing was answered. */
export const logSpeed = (figure: MeasuredSpeed): number =>
  'timeMs' in figure ? -Math.log(figure.timeMs) : Math.log(figure.ratePerSecond);

const leastErrorOf = (figure: MeasuredSpeed): number =>
  'timeMs' in figure ? figure.leastError : 1 / figure.answers;

/**
 * A rate is a count of whole answers and therefore not known better than to one of them, and a percentile no better than its
 * answers tell it. Without this floor, repeats that happen to come out alike, as slow servings in short windows do, would
 * look as if they were certain.
 */
const leastVarianceOf = (pairs: MeasuredPairs): number =>
  Math.max(...pairs.flat().map(leastErrorOf)) ** 2;

const differencesOf = (pairs: MeasuredPairs): readonly number[] =>
  pairs.map(([first, second]) => logSpeed(first) - logSpeed(second));

/** From repeats that ran side by side: what a repeat did to both sides, such as a drift of the machine, cancels. */
export const pairedDifferences = (pairs: MeasuredPairs): Differences => {
  const differences = differencesOf(pairs);
  return {
    mean: meanOf(differences),
    repeats: pairs.length,
    squares: squaresOf(differences),
    degreesOfFreedom: pairs.length - 1,
    leastVariance: leastVarianceOf(pairs),
  };
};

/** From repeats of two runs that have nothing in common: both sides scatter around their own means. */
export const unpairedDifferences = (pairs: MeasuredPairs): Differences => ({
  mean: meanOf(differencesOf(pairs)),
  repeats: pairs.length,
  squares:
    2 *
    (squaresOf(pairs.map(([first]) => logSpeed(first))) +
      squaresOf(pairs.map(([, second]) => logSpeed(second)))),
  degreesOfFreedom: 2 * (pairs.length - 1),
  leastVariance: leastVarianceOf(pairs),
});
