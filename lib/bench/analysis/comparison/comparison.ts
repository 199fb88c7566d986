import type { Engine, Level, Path, Scenario } from '../../plan/cell.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Estimate } from '../statistics/interval.ts';
import type { JudgedFigure } from '../verdicts/judged-figure.ts';
import type { VerdictWord } from '../verdicts/verdict.ts';

/** How repeats of several machines, on AWS node pairs, were held against each other; see `like-with-like.ts`. */
export interface ComparedMachines {
  /**
   * `within`: on each machine that both runs used, so that what it does to both cancels. `between`: each machine is one
   * measurement, and what those of a run differ by is part of the interval.
   */
  readonly method: 'within' | 'between';
  /** Machines that the ratio rests on. */
  readonly before: number;
  readonly after: number;
  /** Repeats of both runs that gave figures and have no like in the other run. */
  readonly repeatsLeftOut: number;
}

/** One row of a run against the same row of an earlier one. */
export interface Change {
  readonly path: Path;
  readonly engine: Engine;
  readonly scenario: Scenario;
  readonly level: Level;
  /** Said of the later run. */
  readonly word: VerdictWord;
  /** What the ratio is of: at an open loop the rate is that of the load. */
  readonly figure: JudgedFigure;
  /**
   * The figure after ÷ before, of the geometric means; the smaller median response time is the faster. Absent where the
   * verdict is withheld, as the p values.
   */
  readonly ratio?: Estimate;
  /** Of the hypothesis that the ratio is 1, of this row alone. */
  readonly pValue?: number;
  /** Of the hypothesis that the word is wrong, corrected for all rows. */
  readonly adjustedPValue?: number;
  /** Absent where a run has no figure. */
  readonly ratePerSecondBefore?: number;
  readonly ratePerSecondAfter?: number;
  /** Over all answers of the run; only at an open loop. */
  readonly p50MsBefore?: number;
  readonly p50MsAfter?: number;
  /** That the ratio rests on; all that gave figures where the verdict is withheld. */
  readonly repeatsBefore: number;
  readonly repeatsAfter: number;
  /** Absent where one machine measured all of both runs, and where the verdict is withheld. */
  readonly machines?: ComparedMachines;
  /** Why the figures support no verdict, as a sentence. The word is `undecided`. */
  readonly withheld?: string;
  readonly sentence: string;
}

/** Something that was not the same in both runs, and may be why they differ. */
export interface RunDifference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What is to be known of a run that is compared. */
export interface ComparedRun {
  /** Folder of the run, as it was given. */
  readonly folder: string;
  readonly createdAt: string;
  readonly planHash: string;
  readonly statement: string;
  /** Whether the run can be believed as a whole; the notices say why not. */
  readonly valid: boolean;
  /** What answered for each serving; absent with the reference serving. */
  readonly served?: NonNullable<Plan['served']>;
}

/** The content of `comparison.json`. */
export interface Comparison {
  readonly schema: 1;
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  /** What was not the same, besides the time. */
  readonly differences: readonly RunDifference[];
  /** What every reader must know, as sentences. */
  readonly notices: readonly string[];
  /** The most chance that any word is wrong, as far as the runs differ in nothing but what was changed. */
  readonly familyError: number;
  /** Ratios from 1 ÷ (1 + margin) to 1 + margin are equivalent. */
  readonly margin: number;
  readonly changes: readonly Change[];
  /** Rows that only one of the runs has. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}
