import { bestClaim, decideFamily, type Decision } from './decide.ts';
import { LEAST_REPEATS } from './withheld.ts';
import { pairedLogRatio, type LogRatio, type MeasuredRate } from './log-ratio.ts';
import type { StandIns } from './stand-ins.ts';

/** Rates of repeats that ran side by side. */
export type RatePairs = readonly (readonly [first: MeasuredRate, second: MeasuredRate])[];

/** A comparison that is asked about at one load. */
export interface AskedPair {
  /** Absent where nothing supports a word; it was asked all the same, and so counts in the correction. */
  readonly ratio?: LogRatio;
}

const isMeasured = (pairs: RatePairs): boolean =>
  pairs.length >= LEAST_REPEATS && pairs.flat().every(({ ratePerSecond }) => ratePerSecond > 0);

const isAgainst = (pairs: RatePairs, mean: number): boolean =>
  pairs.length > 0 &&
  pairs.every(([one, other]) => one.ratePerSecond > 0 && other.ratePerSecond > 0) &&
  pairs.reduce((sum, [one, other]) => sum + Math.log(one.ratePerSecond / other.ratePerSecond), 0) *
    mean <=
    0;

/**
 * Whether a word can be carried to a level that was left out on one side or on both, from the levels that stand for it.
 * It is asked of each level that stands for the first against each that stands for the second: the rate that was not
 * measured may lie anywhere between those around it, and the word must be the same wherever that is.
 *
 * The claim is that the word holds for all of them, so that the weakest of their tests is the test of the claim, without a
 * correction (the intersection–union test; Berger 1982, Technometrics 24). "Equivalent" is never carried: rates of a flat
 * stretch may lie further apart than its margin. A level with too few repeats for a test has a veto: its repeats must not
 * point the other way.
 *
 * @returns undefined where nothing is measured that could be asked; without a ratio where the answer is no
 */
export const carriedPair = <Item>(
  first: StandIns<Item>,
  second: StandIns<Item>,
  pairsOf: (first: Item, second: Item) => RatePairs,
): AskedPair | undefined => {
  const cross = (ones: readonly Item[], others: readonly Item[]): readonly RatePairs[] =>
    ones.flatMap((one) => others.map((other) => pairsOf(one, other)));
  const tested = cross(first.anchors, second.anchors);
  if (!tested.every(isMeasured)) return undefined;
  const claims = tested.map((pairs) => {
    const ratio = pairedLogRatio(pairs);
    return { ratio, ...bestClaim(ratio) };
  });
  const weakest = claims.reduce((one, other) => (other.pValue > one.pValue ? other : one));
  const { word, ratio } = weakest;
  if (word === 'equivalent' || claims.some((claim) => claim.word !== word)) return {};
  const vetoes = [
    ...cross(first.witnesses, [...second.anchors, ...second.witnesses]),
    ...cross(first.anchors, second.witnesses),
  ];
  return vetoes.some((pairs) => isAgainst(pairs, ratio.mean)) ? {} : { ratio };
};

/**
 * Decides all that is asked at one load together, measured and carried: Holm's correction counts both, so that a word is as
 * hard to earn as where nothing was left out.
 *
 * @param asked undefined: not asked, and so no part of the family
 */
export const decideAsked = (
  asked: readonly (AskedPair | undefined)[],
): readonly (Decision | undefined)[] => {
  const withRatio = asked.flatMap((pair) => (pair?.ratio === undefined ? [] : [pair.ratio]));
  const without = asked.filter((pair) => pair !== undefined && pair.ratio === undefined).length;
  const decisions = decideFamily(withRatio, undefined, without);
  const places = new Map(withRatio.map((ratio, place) => [ratio, place]));
  return asked.map((pair) =>
    pair?.ratio === undefined ? undefined : decisions[places.get(pair.ratio) ?? -1],
  );
};
