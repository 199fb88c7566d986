import type { Interval } from './interval.ts';
import type { LogRatio } from './log-ratio.ts';
import { studentTCdf, studentTQuantile } from './probability.ts';

/** What Holm's procedure says of one of the hypotheses, in the order in which they were given. */
interface HolmStep {
  /** To be held against the error of the family. */
  readonly adjustedPValue: number;
  /** What the p value itself was held against: the family's error ÷ the hypotheses that were still open at its step. */
  readonly level: number;
  readonly rejected: boolean;
}

/**
 * Holm's step-down procedure (Holm 1979, Scandinavian Journal of Statistics 6): the smallest of m p values is held against
 * α ÷ m, the next against α ÷ (m − 1), up to the first that is too great; it and all after it are not rejected. The chance
 * of any false rejection is at most α, whatever the dependence between the p values.
 */
export const holm = (pValues: readonly number[], familyError: number): readonly HolmStep[] => {
  const order = pValues
    .map((_, index) => index)
    .toSorted((a, b) => at(pValues, a) - at(pValues, b));
  const steps: HolmStep[] = [];
  let open = pValues.length;
  let greatest = 0;
  for (const [position, index] of order.entries()) {
    greatest = Math.max(greatest, at(pValues, index) * (pValues.length - position));
    const rejected = greatest <= familyError;
    steps[index] = { adjustedPValue: Math.min(1, greatest), level: familyError / open, rejected };
    if (rejected) open -= 1;
  }
  return steps;
};

const at = (values: readonly number[], index: number): number => values[index] ?? Number.NaN;

/** The most chance that any word of a family is wrong. */
export const FAMILY_ERROR = 0.05;

/** Fewer repeats than these tell too little of the noise between repeats. */
export const LEAST_REPEATS = 3;

/** Ratios from 1 ÷ 1.03 to 1.03 count as equivalent. */
export const EQUIVALENCE_MARGIN = 0.03;

/** The same on the scale of the log ratios. */
export const MARGIN_LOG = Math.log1p(EQUIVALENCE_MARGIN);

/** Said of the first of two against the second; see {@link decideFamily} for what each claims. */
export type VerdictWord = 'faster' | 'slower' | 'equivalent' | 'undecided';

/** What the repeats say of one comparison. */
export interface Decision {
  readonly word: VerdictWord;
  readonly ratio: { readonly value: number; readonly interval: Interval };
  /** Of the hypothesis that the ratio is 1, of this comparison alone. */
  readonly pValue: number;
  /** Of the hypothesis that the word is wrong, after Holm's correction. */
  readonly adjustedPValue: number;
}

/** A word, and how surely the repeats of one comparison support it. */
interface Claim {
  readonly word: Exclude<VerdictWord, 'undecided'>;
  readonly pValue: number;
}

/** The p value of a statement about one side of the distribution, doubled, so that it fits a two-sided interval. */
const twoSided = (distance: number, { standardError, degreesOfFreedom }: LogRatio): number =>
  Math.min(1, 2 * studentTCdf(-distance / standardError, degreesOfFreedom));

/** Student's t interval on the logarithm, at a confidence of 1 − `level`. */
const ratioInterval = (
  { mean, standardError, degreesOfFreedom }: LogRatio,
  level: number,
): Interval => {
  const half = studentTQuantile(1 - level / 2, degreesOfFreedom) * standardError;
  return { low: Math.exp(mean - half), high: Math.exp(mean + half), confidence: 1 - level };
};

/** The best supported word. At most one of the three has a p value below 1, as their regions do not overlap. */
const bestClaim = (ratio: LogRatio): Claim => {
  const claims: readonly Claim[] = [
    { word: 'faster', pValue: twoSided(ratio.mean - MARGIN_LOG, ratio) },
    { word: 'slower', pValue: twoSided(-MARGIN_LOG - ratio.mean, ratio) },
    { word: 'equivalent', pValue: twoSided(MARGIN_LOG - Math.abs(ratio.mean), ratio) },
  ];
  return claims.reduce((best, claim) => (claim.pValue < best.pValue ? claim : best));
};

/**
 * Decides comparisons that are made together. The words cut all ratios into three regions: `faster` is above 1.03, `slower`
 * below 1 ÷ 1.03, `equivalent` between; a word is said where the interval of the ratio lies wholly inside its region, else
 * it is undecided. The intervals are Student's t intervals on the logarithm. Their confidence comes from Holm's procedure
 * over the p values of the words: 1 − α ÷ the comparisons that were still open when this one was decided, so that interval,
 * word and adjusted p value are three views of one decision, and the chance that any word is wrong is at most α.
 *
 * That chance rests on noise that is roughly log-normal. Outliers make Student's t say undecided more often, never wrong more
 * often; a trimmed mean would decide more with outliers, but with five repeats and none it leaves twice as many undecided. A
 * drift inside a repeat does not cancel in its ratio, but in the mean over two, as every second repeat runs in the mirrored
 * order (`plan/build-plan.ts`): where drift is the only noise and the truth lies on the margin, no run holds a wrong word, and
 * up to 12 % did when each repeat had an order of its own. To take the trend out by regression instead costs a degree of
 * freedom: of five repeats without drift it left 37 % undecided instead of 20 %, and steps of the machine fool it
 * (`simulation.test.ts` has the figures).
 *
 * @param ratios one a comparison; those without enough repeats are not to be among them
 */
export const decideFamily = (
  ratios: readonly LogRatio[],
  familyError = FAMILY_ERROR,
): readonly Decision[] => {
  const claims = ratios.map(bestClaim);
  const steps = holm(
    claims.map(({ pValue }) => pValue),
    familyError,
  );
  return ratios.map((ratio, index): Decision => {
    const { adjustedPValue = 1, level = familyError, rejected = false } = steps[index] ?? {};
    return {
      word: rejected ? (claims[index]?.word ?? 'undecided') : 'undecided',
      ratio: { value: Math.exp(ratio.mean), interval: ratioInterval(ratio, level) },
      pValue: twoSided(Math.abs(ratio.mean), ratio),
      adjustedPValue,
    };
  });
};
