import type { Level, Target, Scenario } from '../../model/measurement.ts';
import type { Plan } from '../../model/plan.ts';
import type { Estimate } from '../../stats/interval.ts';
import type { ComparedFigure } from '../verdicts/pairing.ts';
import { isOpen, type Judgement } from '../../stats/judgement.ts';

/** One figure of a target at one level, in the later run against the earlier one. */
export interface Change {
  readonly target: Target;
  readonly scenario: Scenario;
  readonly level: Level;
  readonly figure: ComparedFigure;
  /** Over all repeats, in requests/s or ms. Absent if a run has no figure. */
  readonly before?: number;
  readonly after?: number;
  /** How the later run did. */
  readonly judgement: Judgement;
  /** After ÷ before, the geometric mean of the repeats. Absent if the verdict is withheld. */
  readonly ratio?: Estimate;
  /** Repeats with figures in both runs. */
  readonly repeats: number;
}

/** The name of a change for `--fail-on`; undefined if the figure is surely not slower by more than the margin. */
export const failureOf = ({ judgement }: Pick<Change, 'judgement'>): string | undefined => {
  if (judgement.word === 'slower' && judgement.isBeyondMargin) return 'slower';
  if (judgement.word === 'slower' || isOpen(judgement)) return 'undecided';
  return judgement.word === 'withheld' ? 'withheld' : undefined;
};

/** Something that differs between the runs. */
export interface RunDifference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What is known about a compared run. */
export interface ComparedRun {
  /** Folder of the run, as it was given. */
  readonly folder: string;
  readonly createdAt: string;
  readonly planHash: string;
  readonly statement: string;
  /** Whether the run can be believed as a whole; the notices say why not. */
  readonly valid: boolean;
  /** What answered for each serving; absent with the simulated server. */
  readonly served?: NonNullable<Plan['served']>;
}

/** The content of `comparison.json`. */
export interface Comparison {
  readonly schema: 1;
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  /** Possible reasons for differences: software, commit, images. */
  readonly differences: readonly RunDifference[];
  /** Warnings for every reader, as sentences. */
  readonly notices: readonly string[];
  readonly changes: readonly Change[];
}
