import type { RepeatFigure } from './interval.ts';
import { meanOf, squaresOf } from './moments.ts';
import type { Differences } from './noise.ts';

/** One figure of two sides in each repeat that both have. */
export type RepeatPairs = readonly (readonly [first: RepeatFigure, second: RepeatFigure])[];

/**
 * A rate is a count of whole answers and therefore not known better than to one of them, and a percentile no better than its
 * answers tell it. Without this floor, repeats that happen to come out alike, as slow servings in short windows do, would
 * look as if they were certain.
 */
const leastVarianceOf = (pairs: RepeatPairs): number =>
  Math.max(...pairs.flat().map(({ leastError }) => leastError)) ** 2;

const logOf = ({ value }: RepeatFigure): number => Math.log(value);

const differencesOf = (pairs: RepeatPairs): readonly number[] =>
  pairs.map(([first, second]) => logOf(first) - logOf(second));

/** From repeats that ran side by side: what a repeat did to both sides, such as a drift of the machine, cancels. */
export const pairedDifferences = (pairs: RepeatPairs): Differences => {
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
export const unpairedDifferences = (pairs: RepeatPairs): Differences => ({
  mean: meanOf(differencesOf(pairs)),
  repeats: pairs.length,
  squares:
    2 *
    (squaresOf(pairs.map(([first]) => logOf(first))) +
      squaresOf(pairs.map(([, second]) => logOf(second)))),
  degreesOfFreedom: 2 * (pairs.length - 1),
  leastVariance: leastVarianceOf(pairs),
});
