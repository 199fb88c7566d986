import type { Measurement, Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { Environment } from '../model/environment.ts';
import type { AnswerFault, CheckedImage } from '../model/record.ts';
import type { UsableRows, Validity } from './checks/check.ts';
import type { Costs } from './costs.ts';
import type { ColdStart } from './cold-starts.ts';
import type { SummaryRow } from './summary-row.ts';
import type { SloRate } from './slo/best-rate.ts';
import type { CheckedOutput } from './checked-outputs.ts';
import type { OddImage } from './odd-images.ts';
import type { PlatformUsage } from './platform-usage.ts';
import type { Ranking } from './ranking.ts';
import type { PairSpread } from './pair-spread.ts';
import type { StudyComparison } from './study-comparison.ts';
import type { StabilitySummary } from '../stability/summary.ts';
import type { WrongUnderLoad } from './wrong-under-load.ts';
import type { HeadlineVerdicts, LoadVerdicts } from './verdicts/verdict.ts';

/** The content of `summary.json`. */
export interface Summary {
  readonly format: 1;
  /** The first line of every output: what was compared, and what was not. */
  readonly statement: string;
  /** True if the run has not ended, so that missing measurements are still to come. */
  readonly isGoingOn?: boolean;
  /** Repeats of the original plan if the time was up before the last one. `plan` has the measured repeats only. */
  readonly plannedRepeats?: number;
  readonly plan: Omit<Plan, 'measurements'> & { readonly measurementCount: number };
  readonly environment: Environment;
  /** When the last measurement ended, ISO 8601; absent if none has. */
  readonly endedAt?: string;
  readonly measurements: {
    readonly completed: number;
    readonly failed: number;
    /** Of the failed ones: not measured because their target failed its answer check. */
    readonly failedAnswerCheck: number;
    readonly missing: number;
  };
  readonly answerChecks: readonly {
    readonly target: Target;
    readonly state: 'passed' | 'failed';
    /** Time of its fastest answer; absent if none came. */
    readonly fastestMs?: number;
    /** The gravest fault of its answers; present if it failed. */
    readonly fault?: AnswerFault;
    readonly reason?: string;
    readonly engine: Measurement['engine'];
    readonly trained: boolean;
    /** Number of images or requests, and those with the correct best class or correct outputs. */
    readonly images: number;
    readonly correct: number;
    /** Largest relative difference of a probability that passes; absent for named tensors. */
    readonly relativeTolerance?: number;
    /** Absent if no probability was compared. */
    readonly largestRelativeDifference?: number;
    /** The images without the correct answer; absent if there are none. */
    readonly wrong?: readonly CheckedImage[];
    /** Named tensors only: for each output, the answer that differs most from the expected one. */
    readonly outputs?: readonly CheckedOutput[];
  }[];
  /** Targets that gave wrong answers under load, or answers that were not understood. Absent if there are none. */
  readonly wrongUnderLoad?: readonly WrongUnderLoad[];
  /** Answers to images that decoders treat differently. Absent if none were sent. */
  readonly oddImages?: readonly OddImage[];
  /** Cold starts by target, in the order of the rows. */
  readonly coldStarts?: readonly ColdStart[];
  /** What the platforms need before their first request; absent if no real platform was started. */
  readonly platformUsage?: readonly PlatformUsage[];
  /** Costs of a million answers by target; absent without a price. */
  readonly costs?: Costs;
  /** The measured targets, and their no-op limits with the engine `noop`. */
  readonly rows: readonly SummaryRow[];
  /** How much the node pairs differ; absent if fewer than two have figures. */
  readonly pairSpread?: readonly PairSpread[];
  /** The rows beside the study of 2021; absent if they have no level in common. */
  readonly study?: StudyComparison;
  /** The requested p99 limits; absent if there are none. */
  readonly sloP99Ms?: readonly number[];
  /** The highest rate of each target within these limits; absent if there are none. */
  readonly sloRates?: readonly SloRate[];
  /** Results of the stability tests; absent if there are none. */
  readonly stability?: StabilitySummary;
  /** Whether the run as a whole is valid. Absent while it is going on and nothing is wrong. */
  readonly validity?: Validity;
  /** How many rows pass all checks. A valid run may have few. */
  readonly usableRows: UsableRows;
  /** The verdict on every pair of targets over the whole run; absent for fewer than two targets. */
  readonly headline?: HeadlineVerdicts;
  /** Who is faster than whom; absent if there is no verdict or the run is invalid. */
  readonly ranking?: Ranking;
  /** The verdicts at each level. */
  readonly verdicts?: readonly LoadVerdicts[];
}
