import type { Interval } from './interval.ts';
import type { LogRatio } from './noise.ts';
import { studentTQuantile } from './probability.ts';

/** The most chance that any verdict of those that are made together is wrong. */
export const FAMILY_ERROR = 0.05;

/** Fewer repeats than these tell too little of the noise between repeats. */
export const LEAST_REPEATS = 3;

/** Ratios from 1 ÷ 1.03 to 1.03 count as equal. */
export const EQUIVALENCE_MARGIN = 0.03;

/** A bound on a difference that is wider than this is not worth saying. */
export const WIDEST_BOUND = 0.1;

/** What an interval of the ratio says of the first of two against the second. */
export type Judgement =
  /** Surely beyond the margin, or perhaps by less. */
  | { readonly word: 'faster' | 'slower'; readonly isBeyondMargin: boolean }
  /** Within the margin. */
  | { readonly word: 'equal' }
  /** No difference was seen, and none is above this share. */
  | { readonly word: 'bounded'; readonly most: number }
  | { readonly word: 'noisy' }
  /** The figures support no verdict, for this reason, a sentence. */
  | { readonly word: 'withheld'; readonly reason: string };

/** What the repeats say of one comparison. */
export interface Decision {
  readonly judgement: Judgement;
  readonly ratio: { readonly value: number; readonly interval: Interval };
}

/** The one place where an interval becomes a verdict, so that they agree. */
export const judge = ({ low, high }: Pick<Interval, 'low' | 'high'>): Judgement => {
  const margin = 1 + EQUIVALENCE_MARGIN;
  if (low > 1 / margin && high < margin) return { word: 'equal' };
  if (low > 1) return { word: 'faster', isBeyondMargin: low > margin };
  if (high < 1) return { word: 'slower', isBeyondMargin: high < 1 / margin };
  const most = Math.max(high, 1 / low) - 1;
  return most > WIDEST_BOUND ? { word: 'noisy' } : { word: 'bounded', most };
};

/** Why there is no verdict; undefined if there is one. */
export const reasonOf = (judgement: Judgement): string | undefined =>
  judgement.word === 'withheld' ? judgement.reason : undefined;

/** Whether more repeats may say more. */
export const isOpen = ({ word }: Judgement): boolean => word === 'bounded' || word === 'noisy';

/**
 * Decides comparisons that are made together. Each interval is Student's t interval on the logarithm at a confidence of
 * 1 − error ÷ comparisons (Bonferroni), so that all of them hold at once with a chance of 1 − error, and so does every verdict, as
 * each is read from its interval.
 *
 * @param ratios one a comparison; those that support no verdict are not to be among them
 */
export const decideTogether = (
  ratios: readonly LogRatio[],
  familyError = FAMILY_ERROR,
): readonly Decision[] => {
  const level = familyError / ratios.length;
  return ratios.map(({ mean, standardError, degreesOfFreedom }) => {
    const half = studentTQuantile(1 - level / 2, degreesOfFreedom) * standardError;
    const interval = {
      low: Math.exp(mean - half),
      high: Math.exp(mean + half),
      confidence: 1 - level,
    };
    return { judgement: judge(interval), ratio: { value: Math.exp(mean), interval } };
  });
};
