import type { ServingCounters } from '../../../serving-configs/protocols/statistics/serving-counters.ts';
import type { ComparedOutput } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import type { NodeFigures } from '../../aws/contract/node-figures.ts';
import type { LoadResult } from './load-result.ts';
import type { Measurement, Target } from './measurement.ts';
import type { FaultFigures, SoakFigures } from './stability.ts';

/** CPU use of the middleware in the measuring window, from its `/metrics`. */
export interface MiddlewareUse {
  /** Of all processes. */
  readonly cpuMs: number;
  /** Of the busiest process, as a share of one core. */
  readonly busiestCpuShare: number;
}

/** The start of the serving before a measurement; absent if it was already running. */
export interface ServingStart {
  /** From the start of the process to the first healthy answer. */
  readonly timeToReadyMs: number;
  /** Response time of the first request through the middleware. */
  readonly firstRequestMs: number;
  /** Resident memory of its processes before that request; absent if the system does not report it, and on node pairs. */
  readonly idleMemoryMiB?: number;
}

/** Resource use of both nodes of a pair in the measuring window; a node without samples is absent. */
export interface MeasurementNodes {
  readonly serving?: NodeFigures;
  readonly middleware?: NodeFigures;
}

/**
 * The same load without the middleware, right after the window: the same bytes, at the same level, from the same load generator,
 * straight to the serving, which is warm by then. Every answer with status 200, or OK in gRPC, counts as correct.
 */
export interface CompletedBypassRun extends Pick<
  LoadResult,
  | 'startedAt'
  | 'durationSeconds'
  | 'succeeded'
  | 'failed'
  | 'failures'
  | 'requestRatePerSecond'
  | 'latency'
  | 'histogram'
  | 'self'
> {
  readonly state: 'completed';
  /** Number of different requests; less than the number of images if requests are large. */
  readonly images: number;
  /** Request rate through the middleware ÷ request rate of the bypass run. */
  readonly rateShare: number;
}

/** A bypass run without figures. The measurement keeps its own figures. */
export interface FailedBypassRun {
  readonly state: 'failed';
  readonly reason: string;
}

/** The node pair that wrote a record. */
export interface RecordOrigin {
  /** From 1. */
  readonly pair: number;
}

/** Where a record comes from. */
export interface RecordSource extends Partial<RecordOrigin> {
  /** Hash of its plan. The runner adds it to every line that it writes. */
  readonly planHash?: string;
}

/** The serving's own times in the window, from its counters before and after it. */
export interface ReportedServingTimes extends ServingCounters {
  readonly state: 'reported';
}

/** The serving's counters could not be read. The measurement keeps its other figures. */
export interface UnreportedServingTimes {
  readonly state: 'unreported';
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
  /** CPU time of the serving's process in the window; absent if the system does not report it. */
  readonly servingCpuMs?: number;
  /** Absent if the platform does not report times. */
  readonly serving?: ReportedServingTimes | UnreportedServingTimes;
  /** Absent if everything ran on one machine. */
  readonly nodes?: MeasurementNodes;
  /** Absent if none is planned. */
  readonly bypass?: CompletedBypassRun | FailedBypassRun;
  /** Present for a stability test. */
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
  /** Index of the class. */
  readonly class: number;
  readonly score: number;
}

/** A class whose answered probability differs from the direct computation. */
export interface ScoreDifference {
  readonly class: number;
  readonly expected: number;
  readonly answered: number;
  /** Which of the two is only an upper bound: the class is not among the best five, so the fifth score is given. */
  readonly atMost?: 'expected' | 'answered';
}

/**
 * How an answer fails, the gravest first: it is wrong; it cannot be read as the protocol says; or none came, because of a connection, a
 * timeout or a refusal.
 */
export const ANSWER_FAULTS = ['wrong-answer', 'not-understood', 'no-answer'] as const;
export type AnswerFault = (typeof ANSWER_FAULTS)[number];

/** The codes of measurements that were not made because their target failed its answer check. */
export const FAULT_CODES = {
  'wrong-answer': 'BENCH_WRONG_ANSWER',
  'not-understood': 'BENCH_NOT_UNDERSTOOD',
  'no-answer': 'BENCH_NO_ANSWER',
} as const satisfies Record<AnswerFault, string>;

export const isAnswerFault = (code: string): boolean =>
  Object.values<string>(FAULT_CODES).includes(code);

/** Why an answer could not be compared. */
interface FailedAnswer {
  /** Present with `error`. */
  readonly fault?: Exclude<AnswerFault, 'wrong-answer'>;
  /** Why there was no answer, or why it was not understood. */
  readonly error?: string;
}

/** The answer of a target to one image. */
export interface CheckedImage extends FailedAnswer {
  readonly file: string;
  readonly expectedClass: number;
  /** Absent with `error`. */
  readonly answeredClass?: number;
  /** Largest relative difference of a probability from the expected one; absent with `error`. */
  readonly largestRelativeDifference?: number;
  /** The probability with the largest difference; absent if that is within the tolerance. */
  readonly difference?: ScoreDifference;
}

/** The answer of a target to one request with named tensors. */
export interface CheckedTensors extends FailedAnswer {
  readonly file: string;
  /** Each output compared with the expected one; absent with `error`. */
  readonly outputs?: readonly ComparedOutput[];
}

/** Compares the answers of a target with the direct computation, before its first timed measurement. */
export interface AnswerCheck extends RecordSource {
  readonly kind: 'answer-check';
  readonly target: Target;
  readonly engine: Measurement['engine'];
  readonly state: 'passed' | 'failed';
  /** ISO 8601. */
  readonly startedAt: string;
  readonly trained: boolean;
  /** Largest relative difference of a probability that passes; absent for named tensors. */
  readonly relativeTolerance?: number;
  /** Empty for named tensors. */
  readonly images: readonly CheckedImage[];
  /** Present for named tensors. */
  readonly tensors?: readonly CheckedTensors[];
  /** Answers to images that decoders treat differently, which do not affect `state`. Absent if none were sent. */
  readonly odd?: readonly CheckedImage[];
  /** Time of its fastest answer; absent if none came. */
  readonly fastestMs?: number;
  /** The gravest fault of its answers; present if it failed. */
  readonly fault?: AnswerFault;
  /** Why the check failed, in words. */
  readonly reason?: string;
}

/** One measurement of a known latency. */
export interface CalibrationTry {
  /** Start of the window, ISO 8601. */
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly requestRatePerSecond: number;
  readonly meanMs: number;
  readonly minMs: number;
  /** Mean time that the middleware spent itself, from `Server-Timing`: all parts without the wait for the serving. */
  readonly ownMs: number;
  /** Between the nodes of middleware and serving, measured before the window; absent on one machine. */
  readonly roundTripMs?: number;
}

/** Measures a serving of known latency with the whole rig, before the first measurement of the run or of each node pair. */
export interface Calibration extends RecordSource {
  readonly kind: 'calibration';
  /** `failed`: there are no figures. Whether figures are accurate is up to the check of this name. */
  readonly state: 'completed' | 'failed';
  readonly target: Target;
  readonly virtualUsers: number;
  /** Time that the serving takes for each request, one at a time. */
  readonly delayMs: number;
  /** A wrong try is repeated, because the machine may have been busy. The last one counts. */
  readonly tries: readonly CalibrationTry[];
  /** Why there are no figures. */
  readonly reason?: string;
}

/** The result of a measurement. */
export type MeasurementRecord = CompletedMeasurement | FailedMeasurement;

/**
 * The time of a run was up before its next repeat, see `RunSettings.maxSeconds`. It counts only on the last line of the file, because a
 * resumed run goes on. The end does not depend on results, so verdicts are as reliable as those of a plan with fewer repeats.
 */
export interface TimeUp extends RecordSource {
  readonly kind: 'time-up';
  /** Number of repeats that were measured. */
  readonly repeats: number;
}

/** One line of `results.jsonl`. */
export type ResultRecord = MeasurementRecord | AnswerCheck | Calibration | TimeUp;
