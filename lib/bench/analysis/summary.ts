import type { Measurement, Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { Environment } from '../model/environment.ts';
import type { CheckedImage } from '../model/record.ts';
import type { UsableRows, Validity } from './checks/check.ts';
import type { Costs } from './costs.ts';
import type { ColdStart, SummaryRow } from './summary-row.ts';
import type { SloRate } from './slo/best-rate.ts';
import type { OddImage } from './odd-images.ts';
import type { PairSpread } from './pair-spread.ts';
import type { StudyComparison } from './study-comparison.ts';
import type { TimeSeries } from './time-series.ts';
import type { HeadlineVerdicts, LoadVerdicts } from './verdicts/verdict.ts';

/** The content of `summary.json`. */
export interface Summary {
  readonly schema: 1;
  /** The first line of every output: what was compared, and what was not. */
  readonly statement: string;
  /** The run has not ended: measurements that are missing are still to come. Absent where it has, or was cut off. */
  readonly isGoingOn?: boolean;
  /** Repeats of the plan as it was made, where the time of the run was up before the last of them; `plan` has those measured. */
  readonly plannedRepeats?: number;
  readonly plan: Omit<Plan, 'measurements'> & { readonly measurementCount: number };
  readonly environment: Environment;
  /** When the last measurement ended, ISO 8601; absent where none has. */
  readonly endedAt?: string;
  readonly measurements: {
    readonly completed: number;
    readonly failed: number;
    readonly missing: number;
    /** Ids of the missing measurements, in the order of the plan. */
    readonly missingIds: readonly string[];
  };
  readonly answerChecks: readonly {
    readonly target: Target;
    readonly state: 'passed' | 'failed';
    readonly reason?: string;
    readonly engine: Measurement['engine'];
    readonly trained: boolean;
    /** Images that were sent, and those whose best class was the right one. */
    readonly images: number;
    readonly right: number;
    /** How far a probability may lie from the right one, as a share of it. */
    readonly relativeTolerance: number;
    /** How far the farthest lies; absent where none was compared. */
    readonly largestRelativeDifference?: number;
    /** The images whose answer was not the right one. Absent where all were. */
    readonly wrong?: readonly CheckedImage[];
  }[];
  /** How the targets treat images that decoders treat differently. Absent where none were sent. */
  readonly oddImages?: readonly OddImage[];
  /** Cold starts by target, in the order of the rows. */
  readonly coldStarts?: readonly ColdStart[];
  /** What a million answers cost by target; absent where no price is known. */
  readonly costs?: Costs;
  /** Measured targets and, with engine `noop`, their no-op limits. */
  readonly rows: readonly SummaryRow[];
  /** One window of each target second by second; absent where no record has seconds. */
  readonly timeSeries?: readonly TimeSeries[];
  /** How much the machines differ; absent where fewer than two node pairs have figures. */
  readonly pairSpread?: PairSpread;
  /** The rows beside the points of the study of 2021; absent where they have none in common. */
  readonly study?: StudyComparison;
  /** The requested p99 bounds in milliseconds; absent if there are none. */
  readonly sloP99Ms?: readonly number[];
  /** The highest rate of each target within these bounds; absent if there are none. */
  readonly sloRates?: readonly SloRate[];
  /** Whether the run as a whole can be believed. */
  readonly validity?: Validity;
  /** How many rows fail no check: a run may be valid with few of them. */
  readonly usableRows: UsableRows;
  /** Every pair of targets against each other, over the whole run; absent where there are no two. */
  readonly headline?: HeadlineVerdicts;
  /** The same at each load. */
  readonly verdicts?: readonly LoadVerdicts[];
}
