import type { RepeatFigure } from './interval.ts';
import { meanOf, squaresOf } from './moments.ts';
import type { Differences } from './noise.ts';

/** The same figure of two targets in each repeat that both have. */
export type RepeatPairs = readonly (readonly [first: RepeatFigure, second: RepeatFigure])[];

/**
 * Lower limit of the variance: a repeat's figure is known no better than its answers allow. Without it, repeats that happen to come out
 * alike, as those of slow servings in short windows do, would seem to be certain.
 */
const minVarianceOf = (pairs: RepeatPairs): number =>
  Math.max(...pairs.flat().map(({ minError }) => minError)) ** 2;

const logOf = ({ value }: RepeatFigure): number => Math.log(value);

const differencesOf = (pairs: RepeatPairs): readonly number[] =>
  pairs.map(([first, second]) => logOf(first) - logOf(second));

/** For targets measured in the same repeats: what a repeat did to both, such as a drift of the machine, cancels. */
export const pairedDifferences = (pairs: RepeatPairs): Differences => {
  const differences = differencesOf(pairs);
  return {
    mean: meanOf(differences),
    repeats: pairs.length,
    squares: squaresOf(differences),
    degreesOfFreedom: pairs.length - 1,
    minVariance: minVarianceOf(pairs),
  };
};

/**
 * For targets measured in different runs, whose repeats have nothing in common: each scatters around its own mean. The variance of a
 * difference is the sum of both variances, squares ÷ (n − 1) each, and so 2·squares ÷ 2 (n − 1).
 */
export const unpairedDifferences = (pairs: RepeatPairs): Differences => ({
  mean: meanOf(differencesOf(pairs)),
  repeats: pairs.length,
  squares:
    2 *
    (squaresOf(pairs.map(([first]) => logOf(first))) +
      squaresOf(pairs.map(([, second]) => logOf(second)))),
  degreesOfFreedom: 2 * (pairs.length - 1),
  minVariance: minVarianceOf(pairs),
});
