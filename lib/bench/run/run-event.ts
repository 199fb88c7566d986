import type { Measurement, Engine, Target } from '../model/measurement.ts';
import { BenchError } from '../model/errors.ts';
import type { LoadEvent } from '../model/load-result.ts';
import type { Plan } from '../model/plan.ts';
import type { AnswerCheck, MeasurementRecord, Calibration, Pilot } from '../model/record.ts';
import type { HalfLine } from '../results/results-file.ts';

/** Errors that would also occur in the next measurement. */
const RUN_ENDING_CODES = /^BENCH_(AWS|NODE_LOST$|NO_DOCUMENT$|NO_DOCKER$|DISK_FULL$)/;

/** Whether a run must end because of an error. */
export const isRunEnding = (error: unknown): boolean =>
  error instanceof BenchError && RUN_ENDING_CODES.test(error.code);

/** The position of a measurement in its plan; `number` is 1 for the first. */
export interface MeasurementPosition {
  readonly number: number;
  readonly total: number;
  /** Set if `total` is an upper bound, because a search is unfinished. */
  readonly isBound?: true;
  readonly measurement: Measurement;
  /** Estimated time to the end of the run. */
  readonly secondsLeft: number;
}

/** Reports the progress of a run. */
export type RunEvent =
  | { readonly event: 'preparing'; readonly what: string }
  /** The user should know this before the run, or before a target is measured. */
  | { readonly event: 'warning'; readonly text: string }
  /** The run is resumed, and an incomplete last line was removed from its results. */
  | { readonly event: 'half-line-dropped'; readonly dropped: HalfLine }
  /** The calibration was completed or failed. */
  | { readonly event: 'calibration-end'; readonly calibration: Calibration }
  /** The run knows how its servers take turns, and in which windows. */
  | { readonly event: 'pilot-end'; readonly pilot: Pilot }
  | {
      readonly event: 'run-start';
      readonly plan: Plan;
      /** Number of measurements of this runner. */
      readonly total: number;
      /** Number of those that were finished before this start. */
      readonly finishedMeasurements: number;
    }
  /** A serving is being started for a measurement, or to check the answers of its target. */
  | ({ readonly event: 'serving-start' } & MeasurementPosition)
  | { readonly event: 'check-start'; readonly target: Target; readonly engine: Engine }
  | { readonly event: 'check-end'; readonly answerCheck: AnswerCheck }
  | ({
      readonly event: 'load';
      readonly progress: Extract<LoadEvent, { event: 'progress' }>;
    } & MeasurementPosition)
  /** The window is over; now the same load is sent directly to the serving. */
  | ({ readonly event: 'bypass-start' } & MeasurementPosition)
  | ({
      readonly event: 'measurement-end';
      readonly record: MeasurementRecord;
    } & MeasurementPosition);

export type EmitRunEvent = (event: RunEvent) => void;
