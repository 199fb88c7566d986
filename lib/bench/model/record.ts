import type { ServingCounters } from '../../../serving-configs/protocols/statistics/serving-counters.ts';
import type { ComparedOutput } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import type { NodeFigures } from '../../deployment/node-figures.ts';
import type { LoadResult } from './load-result.ts';
import type { Measurement, Target } from './measurement.ts';
import type { FaultFigures, SoakFigures } from './stability.ts';

/** What the middleware used during the measuring window, from its `/metrics`. */
export interface MiddlewareUse {
  /** CPU time of all processes inside the window. */
  readonly cpuMs: number;
  /** CPU time of the busiest process as a share of one core. */
  readonly busiestCpuShare: number;
}

/** How the serving came up before this measurement; absent if it was already running. */
export interface ServingStart {
  /** From the start of the process to the first healthy answer. */
  readonly timeToReadyMs: number;
  /** Latency of the first request after that, through the middleware. */
  readonly firstRequestMs: number;
  /** Memory in RAM of its processes before that request; absent if the system does not tell, and on node pairs. */
  readonly idleMemoryMiB?: number;
}

/** What the two nodes of a pair used in the measuring window; a node whose samples are missing is absent. */
export interface MeasurementNodes {
  readonly serving?: NodeFigures;
  readonly middleware?: NodeFigures;
}

/**
 * The same load without the middleware, right after the window: the same requests, byte for byte, at the same level, from the
 * same machine and load generator, straight to the serving, which is warm by then. An answer with status 200, or OK in gRPC,
 * counts as right.
 */
export interface CompletedBypassRun extends Pick<
  LoadResult,
  | 'startedAt'
  | 'durationSeconds'
  | 'succeeded'
  | 'failed'
  | 'failures'
  | 'unfinished'
  | 'requestRatePerSecond'
  | 'latency'
  | 'histogram'
  | 'self'
> {
  readonly state: 'completed';
  /** Different requests that were sent; fewer than images if the requests are large. */
  readonly images: number;
  /** Request rate of the measurement, through the middleware, ÷ that of the bypass run. */
  readonly rateShare: number;
}

/** A bypass run without figures; the measurement keeps its own. */
export interface FailedBypassRun {
  readonly state: 'failed';
  readonly reason: string;
}

/** Who wrote a record, in a run that node pairs share. */
export interface RecordOrigin {
  /** Number of the pair. */
  readonly pair: number;
}

/** Where a record comes from. */
export interface RecordSource extends Partial<RecordOrigin> {
  /** Hash of the plan that it belongs to; every line of the file has it, as the runner adds it when it writes the record. */
  readonly planHash?: string;
}

/** What the serving says about its own time in the window, from its counters before and after it. */
export interface ToldServingTimes extends ServingCounters {
  readonly state: 'told';
}

/** The serving's counters could not be read; the measurement has its other figures. */
export interface UntoldServingTimes {
  readonly state: 'untold';
  readonly reason: string;
}

interface EndedMeasurement extends RecordSource {
  readonly kind: 'measurement';
  readonly measurement: Measurement;
  readonly startedAt: string;
  readonly finishedAt: string;
}

export interface CompletedMeasurement extends EndedMeasurement {
  readonly state: 'completed';
  readonly start?: ServingStart;
  readonly load: LoadResult;
  readonly middleware: MiddlewareUse;
  /** CPU time of the serving's process inside the window; absent if the system does not tell. */
  readonly servingCpuMs?: number;
  /** Absent if the platform tells no times. */
  readonly serving?: ToldServingTimes | UntoldServingTimes;
  /** Absent if everything ran on one machine. */
  readonly nodes?: MeasurementNodes;
  /** Absent if the plan has none for the measurement. */
  readonly bypass?: CompletedBypassRun | FailedBypassRun;
  /** Present for a measurement of stability. */
  readonly stability?: FaultFigures | SoakFigures;
}

export interface FailedMeasurement extends EndedMeasurement {
  readonly state: 'failed';
  /** `BENCH_…`. */
  readonly code: string;
  readonly message: string;
}

/** A class with its probability. */
export interface ScoredClass {
  /** Its index. */
  readonly class: number;
  readonly score: number;
}

/** A class whose probability is not the one of the direct computation. */
export interface ScoreDifference {
  readonly class: number;
  readonly expected: number;
  readonly answered: number;
  /** Which of the two is only an upper bound, the least score of its five, since the class is not among them. */
  readonly atMost?: 'expected' | 'answered';
}

/** What a target answered to one image. */
export interface CheckedImage {
  readonly file: string;
  readonly expectedClass: number;
  /** Absent if the target gave no answer. */
  readonly answeredClass?: number;
  /** Why there was no answer. */
  readonly error?: string;
  /** Largest distance of a probability from the right one, as a share of it; absent if there was no answer. */
  readonly largestRelativeDifference?: number;
  /** The probability that is farthest from the right one, if that is beyond the tolerance. */
  readonly difference?: ScoreDifference;
}

/** What a target answered to one request with named tensors. */
export interface CheckedTensors {
  readonly file: string;
  /** Why there was no answer. */
  readonly error?: string;
  /** Each output against the right one; absent if there was no answer. */
  readonly outputs?: readonly ComparedOutput[];
}

/** The answers of a target against the direct computation, before its first timed measurement. */
export interface AnswerCheck extends RecordSource {
  readonly kind: 'answer-check';
  readonly target: Target;
  readonly engine: Measurement['engine'];
  readonly state: 'passed' | 'failed';
  /** ISO 8601. */
  readonly startedAt: string;
  readonly trained: boolean;
  /** How far a probability may lie from the right one, as a share of it; absent for named tensors. */
  readonly relativeTolerance?: number;
  /** Empty for named tensors. */
  readonly images: readonly CheckedImage[];
  /** Present for named tensors. */
  readonly tensors?: readonly CheckedTensors[];
  /** The same for images that decoders treat differently; they decide nothing. Absent if they were not sent. */
  readonly odd?: readonly CheckedImage[];
  /** In words, if the check failed. */
  readonly reason?: string;
}

/** What one measurement of a known latency gave; times in milliseconds. */
export interface CalibrationTry {
  /** Start of the window, ISO 8601. */
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly requestRatePerSecond: number;
  readonly meanMs: number;
  readonly minMs: number;
  /** Mean time that the middleware took itself, by its `Server-Timing`: all of its parts but the wait for the serving. */
  readonly ownMs: number;
  /** From the middleware's machine to the serving's and back, before the window; absent if they are one machine. */
  readonly roundTripMs?: number;
}

/** The whole rig against a serving that answers after a known time. Once a run, or pair of nodes, before its first measurement. */
export interface Calibration extends RecordSource {
  readonly kind: 'calibration';
  /** `failed`: it gave no figures. Whether figures are right is judged by the check. */
  readonly state: 'completed' | 'failed';
  readonly target: Target;
  readonly virtualUsers: number;
  /** What the serving takes for each request, one at a time. */
  readonly delayMs: number;
  /** A wrong try is repeated, since a busy machine may be to blame. The last one counts. */
  readonly tries: readonly CalibrationTry[];
  /** Why there are no figures, if there are none. */
  readonly reason?: string;
}

/** What became of a measurement. */
export type MeasurementRecord = CompletedMeasurement | FailedMeasurement;

/**
 * The time of a run was up before its next repeat, see `RunSettings.maxSeconds`. It counts only as the last line of the file: a
 * resumed run overrides it. It does not depend on results, so verdicts are as sure as those of a plan with that many repeats.
 */
export interface TimeUp extends RecordSource {
  readonly kind: 'time-up';
  /** The repeats of the plan that were measured: the first ones. */
  readonly repeats: number;
}

/** One line of `results.jsonl`. */
export type ResultRecord = MeasurementRecord | AnswerCheck | Calibration | TimeUp;
