import type { Level, Target, Scenario } from '../../model/measurement.ts';
import type { Estimate } from '../../stats/interval.ts';
import type { Judgement } from '../../stats/judgement.ts';
import type { JudgedFigure } from './pairing.ts';

/** One target against another. */
export interface Verdict {
  readonly first: Target;
  readonly second: Target;
  /** Said of the first. */
  readonly judgement: Judgement;
  /**
   * The figure of the first ÷ that of the second, the geometric mean of the repeats. Of request rates the greater one is the
   * faster, of median response times, which count from the planned send time, the smaller one. Absent where the verdict is
   * withheld, as all figures below.
   */
  readonly ratio?: Estimate;
  /** Of the hypothesis that both are as fast, corrected for the comparisons of the family: below 0.05 the interval is without 1. */
  readonly pValue?: number;
  /** Repeats on both sides that the verdict rests on, of all its loads together. */
  readonly repeats: number;
  /** Repeats in which the first had the greater rate or the shorter median: a count that needs no assumption. */
  readonly repeatsAhead?: number;
  /**
   * Repeats of this length and at as many loads that would tell with a chance of 80 % which is faster, or that they are equal, if ratio
   * and noise are those seen here. Absent where that is told or the verdict is withheld, or they would be more than 100.
   */
  readonly repeatsToDecide?: number;
  /** The verdict as a sentence that can be quoted, together with the `basis` of its family. */
  readonly sentence: string;
}

/** Verdicts that were made together, so that the chance of a wrong one is that of the family. */
export interface VerdictFamily {
  /** What all its ratios are of. */
  readonly figure: JudgedFigure;
  /** The most chance that any verdict of the family is wrong, as a share. */
  readonly familyError: number;
  /** Ratios from 1 ÷ (1 + margin) to 1 + margin are equal. */
  readonly margin: number;
  /** What all its sentences rest on, as sentences: error, machine and what served. */
  readonly basis: string;
  readonly verdicts: readonly Verdict[];
}

/** A load that targets were measured at. */
export interface Load {
  readonly scenario: Scenario;
  readonly level: Level;
}

/** The verdicts at one load. */
export interface LoadVerdicts extends VerdictFamily, Load {}

/**
 * The verdicts over the whole run, one a pair, planned in advance: over all closed loops, or all open ones where there are no others.
 * A pair is judged over those loads at which nothing forbids it.
 */
export interface HeadlineVerdicts extends VerdictFamily {
  readonly loads: readonly Load[];
}
