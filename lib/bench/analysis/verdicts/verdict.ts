import type { VerdictWord } from '../../stats/decide.ts';
import type { Level, Target, Scenario } from '../../model/measurement.ts';
import type { Estimate } from '../../stats/interval.ts';
import type { JudgedFigure } from './side.ts';

/** One target against another at one level of one scenario. */
export interface Verdict {
  readonly scenario: Scenario;
  readonly level: Level;
  readonly first: Target;
  readonly second: Target;
  readonly word: VerdictWord;
  /** What the ratio is of, as that of all at its load. */
  readonly figure: JudgedFigure;
  /**
   * The figure of the first ÷ that of the second, the geometric mean of the repeats. Of request rates the greater one is the
   * faster, of median response times, which count from the planned send time, the smaller one. Absent where the verdict is
   * withheld, as all figures below.
   */
  readonly ratio?: Estimate;
  /** Of the hypothesis that the ratio is 1, of this comparison alone. */
  readonly pValue?: number;
  /** Of the hypothesis that the word is wrong, corrected for the comparisons of the family. */
  readonly adjustedPValue?: number;
  /** Repeats on both sides that the verdict rests on. */
  readonly repeats: number;
  /** Repeats in which the first had the greater rate or the shorter median: a count that needs no assumption. */
  readonly repeatsAhead?: number;
  /** Repeats in which both had the same figure, which short windows of few answers often give. */
  readonly repeatsTied?: number;
  /**
   * Repeats of this length that would decide an undecided pair with a chance of 80 %, if its true ratio and the deviation of
   * its repeats are those seen here. Absent where it is decided or withheld, or they would be more than 100.
   */
  readonly repeatsToDecide?: number;
  /** Why the figures support no verdict, as a sentence: a check that failed, or too few repeats. The word is `undecided`. */
  readonly withheld?: string;
  /** The verdict as a sentence that can be quoted, together with the `basis` of its family. */
  readonly sentence: string;
}

/** Verdicts that were made together, so that the chance of a wrong one is that of the family. */
export interface VerdictFamily {
  readonly scenario: Scenario;
  readonly level: Level;
  /** What all its ratios are of. */
  readonly figure: JudgedFigure;
  /** The most chance that any word of the family is wrong, as a share. */
  readonly familyError: number;
  /** Ratios from 1 ÷ (1 + margin) to 1 + margin are equivalent. */
  readonly margin: number;
  /** What all its sentences rest on, as sentences: error, machine and what served. */
  readonly basis: string;
  readonly verdicts: readonly Verdict[];
}
