import type { ScoreDifference, ScoredClass } from '../model/record.ts';

/** How far two answers lie apart. */
export interface ScoreDistance {
  /** Between two probabilities of the same class, as a share of the right one; the largest of all. */
  readonly largest: number;
  /** Where it is; undefined where both answers are empty. */
  readonly at: ScoreDifference | undefined;
}

/**
 * What each of a thousand classes has that nothing speaks for. Below it a share says nothing: the rounding of a text may be
 * as large as the probability.
 */
const LEAST = 0.001;
/** Two probabilities cannot lie farther apart; stands also for one that is no number. */
const MOST = 1 / LEAST;

const distanceOf = (expected: number, answered: number): number => {
  const distance = Math.abs(expected - answered) / Math.max(expected, LEAST);
  return Number.isFinite(distance) ? distance : MOST;
};

const leastOf = (scores: readonly ScoredClass[]): number =>
  Math.min(...scores.map(({ score }) => score));

const scoreIn = (scores: readonly ScoredClass[], wanted: number): number | undefined =>
  scores.find((one) => one.class === wanted)?.score;

/**
 * Compares the probabilities of the best classes of an answer with the right ones. A class that only one of them lists
 * has in the other at most the least that is listed there, so that two classes that change places at the end of the list
 * differ by as much as their probabilities do, and not by more. Pure.
 *
 * @param answered an answer with fewer classes than there should be is taken to give 0 to those that it lacks
 */
export const compareScores = (
  expected: readonly ScoredClass[],
  answered: readonly ScoredClass[],
): ScoreDistance => {
  const leastExpected = leastOf(expected);
  const leastAnswered = answered.length < expected.length ? 0 : leastOf(answered);
  const ofExpected = expected.map(({ class: index, score }) => {
    const given = scoreIn(answered, index);
    return given === undefined
      ? {
          distance: score <= leastAnswered ? 0 : distanceOf(score, leastAnswered),
          at: {
            class: index,
            expected: score,
            answered: leastAnswered,
            atMost: 'answered' as const,
          },
        }
      : {
          distance: distanceOf(score, given),
          at: { class: index, expected: score, answered: given },
        };
  });
  const ofAnswered = answered
    .filter((one) => scoreIn(expected, one.class) === undefined)
    .map(({ class: index, score }) => ({
      distance: score <= leastExpected ? 0 : distanceOf(leastExpected, score),
      at: { class: index, expected: leastExpected, answered: score, atMost: 'expected' as const },
    }));
  const [first, ...others] = [...ofExpected, ...ofAnswered];
  if (first === undefined) return { largest: 0, at: undefined };
  const { distance, at } = others.reduce(
    (far, one) => (one.distance > far.distance ? one : far),
    first,
  );
  return { largest: distance, at };
};
