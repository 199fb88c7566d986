import type { Measurement, Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { Environment } from '../model/environment.ts';
import type { CheckedImage } from '../model/record.ts';
import type { UsableRows, Validity } from './checks/check.ts';
import type { Costs } from './costs.ts';
import type { ColdStart } from './cold-starts.ts';
import type { SummaryRow } from './summary-row.ts';
import type { SloRate } from './slo/best-rate.ts';
import type { CheckedOutput } from './checked-outputs.ts';
import type { OddImage } from './odd-images.ts';
import type { PlatformUsage } from './platform-usage.ts';
import type { PairSpread } from './pair-spread.ts';
import type { StudyComparison } from './study-comparison.ts';
import type { StabilitySummary } from '../stability/summary.ts';
import type { HeadlineVerdicts, LoadVerdicts } from './verdicts/verdict.ts';

/** The content of `summary.json`. */
export interface Summary {
  readonly schema: 1;
  /** The first line of every output: what was compared, and what was not. */
  readonly statement: string;
  /** Set if the run has not ended, so that missing measurements are still to come. */
  readonly isGoingOn?: boolean;
  /** Repeats of the original plan, if the time of the run was up before the last of them; `plan` has those measured. */
  readonly plannedRepeats?: number;
  readonly plan: Omit<Plan, 'measurements'> & { readonly measurementCount: number };
  readonly environment: Environment;
  /** When the last measurement ended, ISO 8601; absent if none has. */
  readonly endedAt?: string;
  readonly measurements: {
    readonly completed: number;
    readonly failed: number;
    /** Of the failed ones: not measured, since the answers of their target are wrong. */
    readonly wrong: number;
    readonly missing: number;
  };
  readonly answerChecks: readonly {
    readonly target: Target;
    readonly state: 'passed' | 'failed';
    readonly reason?: string;
    readonly engine: Measurement['engine'];
    readonly trained: boolean;
    /** Images or requests that were sent, and those with the right best class or right outputs. */
    readonly images: number;
    readonly right: number;
    /** How far a probability may lie from the right one, as a share of it; absent for named tensors. */
    readonly relativeTolerance?: number;
    /** The largest difference; absent if none was compared. */
    readonly largestRelativeDifference?: number;
    /** The images with a wrong answer. Absent if all were right. */
    readonly wrong?: readonly CheckedImage[];
    /** Of named tensors: each output where it differs most from the right one. */
    readonly outputs?: readonly CheckedOutput[];
  }[];
  /** How the targets treat images that decoders treat differently. Absent if none were sent. */
  readonly oddImages?: readonly OddImage[];
  /** Cold starts by target, in the order of the rows. */
  readonly coldStarts?: readonly ColdStart[];
  /** What the platforms take of a machine; absent if none of them ran itself. */
  readonly platformUsage?: readonly PlatformUsage[];
  /** What a million answers cost by target; absent if no price is known. */
  readonly costs?: Costs;
  /** Measured targets and, with engine `noop`, their no-op limits. */
  readonly rows: readonly SummaryRow[];
  /** How much the machines differ; absent if fewer than two node pairs have figures. */
  readonly pairSpread?: readonly PairSpread[];
  /** The rows beside the points of the study of 2021; absent if they have none in common. */
  readonly study?: StudyComparison;
  /** The requested p99 bounds in milliseconds; absent if there are none. */
  readonly sloP99Ms?: readonly number[];
  /** The highest rate of each target within these bounds; absent if there are none. */
  readonly sloRates?: readonly SloRate[];
  /** How the targets stand faults and constant load; absent unless the profile measures that. */
  readonly stability?: StabilitySummary;
  /** Whether the run as a whole can be believed. */
  readonly validity?: Validity;
  /** How many rows pass all checks; a valid run may have few of them. */
  readonly usableRows: UsableRows;
  /** Every pair of targets, over the whole run; absent for fewer than two targets. */
  readonly headline?: HeadlineVerdicts;
  /** The same at each load. */
  readonly verdicts?: readonly LoadVerdicts[];
}
