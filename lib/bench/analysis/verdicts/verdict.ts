import type { Level, Path, Scenario } from '../../plan/cell.ts';
import type { Estimate } from '../statistics/interval.ts';

/** Said of the first path against the second. */
export type VerdictWord = 'faster' | 'slower' | 'equivalent' | 'undecided';

/** One path against another at one level of one scenario. */
export interface Verdict {
  readonly scenario: Scenario;
  readonly level: Level;
  readonly first: Path;
  readonly second: Path;
  readonly word: VerdictWord;
  /** Request rate of the first ÷ that of the second. Absent where one of them has no figure. */
  readonly ratio?: Estimate;
  /** Of the test that the ratio is 1; before and after the correction for the number of comparisons. */
  readonly pValue?: number;
  readonly adjustedPValue?: number;
  /** Repeats on both sides that the verdict rests on. */
  readonly repeats: number;
  /** Why the figures support no verdict, as a sentence: a gate that failed, or too few repeats. */
  readonly withheld?: string;
  /** The verdict as a sentence that can be quoted. */
  readonly sentence: string;
}

/** Verdicts that were made together, so that the chance of a wrong one is that of the family. */
export interface VerdictFamily {
  readonly scenario: Scenario;
  readonly level: Level;
  /** The chance that any verdict of the family is wrong, as a share. */
  readonly familyError: number;
  readonly verdicts: readonly Verdict[];
}
