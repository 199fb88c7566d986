import type { Level, Target, Scenario } from '../../model/measurement.ts';
import type { Plan } from '../../model/plan.ts';
import type { Estimate } from '../../stats/interval.ts';
import { isOpen } from '../../stats/judgement.ts';
import type { Validity } from '../summary.ts';
import type { ComparedFigure, Judgement } from '../verdict-types.ts';

/** How one figure of a target at one level changed from the earlier run to the later one. */
export interface Change {
  readonly target: Target;
  readonly scenario: Scenario;
  readonly level: Level;
  readonly figure: ComparedFigure;
  /** Over all repeats, in requests/s or ms. Absent if a run has no figure. */
  readonly before?: number;
  readonly after?: number;
  /** How the later run compares with the earlier one. */
  readonly judgement: Judgement;
  /** After ÷ before, as the geometric mean over the repeats. Absent if the verdict is withheld. */
  readonly ratio?: Estimate;
  /** Number of repeats with figures in both runs. */
  readonly repeats: number;
}

/** The word of `--fail-on` that matches a change; undefined if the figure is surely not slower. */
export const failureOf = ({ judgement }: Pick<Change, 'judgement'>): string | undefined => {
  if (judgement.kind === 'slower' && judgement.isBeyondMargin) return 'slower';
  if (judgement.kind === 'slower' || isOpen(judgement)) return 'undecided';
  return judgement.kind === 'withheld' ? 'withheld' : undefined;
};

/** A fact that differs between the runs. */
export interface RunDifference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** One of the compared runs. */
export interface ComparedRun {
  /** Folder of the run, as it was given. */
  readonly folder: string;
  readonly createdAt: string;
  readonly planHash: string;
  /** Whether the run as a whole is valid. If not, its reasons are in `invalid`. */
  readonly valid: boolean;
  /** Why it is not valid. */
  readonly invalid?: Validity['reasons'];
  readonly isGoingOn?: boolean;
  /** The results, by row key, that the other run does not have. Absent if there are none. */
  readonly only?: readonly string[];
  /** What answered for each serving; absent with the simulated server. */
  readonly served?: NonNullable<Plan['served']>;
}

/** The content of `comparison.json`. */
export interface Comparison {
  readonly format: 2;
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  /** What may explain the changes: software, commit, images. */
  readonly differences: readonly RunDifference[];
  readonly changes: readonly Change[];
}
