import type { Measurement, Engine, Target } from '../model/measurement.ts';
import { BenchError } from '../model/errors.ts';
import type { LoadEvent } from '../model/load-result.ts';
import type { Plan } from '../model/plan.ts';
import type { AnswerCheck, MeasurementRecord, Calibration } from '../model/record.ts';
import type { HalfLine } from '../results/record-lines.ts';

/** Errors that would also end the next measurement. */
const RUN_ENDING_CODES = /^BENCH_(AWS|NODE_LOST$|NO_DOCUMENT$|NO_DOCKER$)/;

/** Whether a run cannot continue after an error. */
export const isRunEnding = (error: unknown): boolean =>
  error instanceof BenchError && RUN_ENDING_CODES.test(error.code);

/** The place of a measurement in its plan; `number` is 1 for the first. */
export interface MeasurementPlace {
  readonly number: number;
  readonly total: number;
  /** Set if the total is an upper bound, since a search is not over. */
  readonly isBound?: true;
  readonly measurement: Measurement;
  /** Until the end of the run, from what the measurements took so far. */
  readonly secondsLeft: number;
}

/** What a run tells while it goes on. */
export type RunEvent =
  | { readonly event: 'preparing'; readonly what: string }
  /** What the user should know before the run begins. */
  | { readonly event: 'warning'; readonly text: string }
  /** The run is resumed, and the last line of its results was cut off. */
  | { readonly event: 'half-line-dropped'; readonly dropped: HalfLine }
  /** A known latency was measured, or could not be. */
  | { readonly event: 'calibration-end'; readonly calibration: Calibration }
  | {
      readonly event: 'run-start';
      readonly plan: Plan;
      /** Measurements that this runner measures. */
      readonly total: number;
      /** Of these, finished by an earlier start. */
      readonly finishedMeasurements: number;
    }
  /** A serving is started for a measurement, or to check the answers of its target. */
  | ({ readonly event: 'serving-start' } & MeasurementPlace)
  | { readonly event: 'check-start'; readonly target: Target; readonly engine: Engine }
  | { readonly event: 'check-end'; readonly answerCheck: AnswerCheck }
  | ({
      readonly event: 'load';
      readonly progress: Extract<LoadEvent, { event: 'progress' }>;
    } & MeasurementPlace)
  /** The window is over; now the same load goes straight to the serving. */
  | ({ readonly event: 'bypass-start' } & MeasurementPlace)
  | ({ readonly event: 'measurement-end'; readonly record: MeasurementRecord } & MeasurementPlace);

export type EmitRunEvent = (event: RunEvent) => void;
