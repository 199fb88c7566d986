import type { Fault } from './fault.ts';
import type { FailureClass } from './load-result.ts';

/**
 * The good requests of one part of the window, by planned send time. Requests in flight when the fault began count as part of the time
 * with the fault.
 */
export interface PartFigures {
  readonly requests: number;
  readonly failed: number;
  readonly failures: Readonly<Partial<Record<FailureClass, number>>>;
  /** Of correct answers; absent if there are none. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

/** How often bad requests got the same answer. */
export interface BadAnswers {
  /** A status of HTTP (`400`) or gRPC (`INVALID_ARGUMENT`), `closed` without an answer, or `none` until the fault ended. */
  readonly answer: string;
  readonly count: number;
  /** Absent if it was not timed. */
  readonly medianMs?: number;
}

export const SLICE_SECONDS = 0.5;

/** The effect of one fault. */
export interface FaultFigures {
  readonly kind: 'fault';
  readonly fault: Fault;
  /** The window has {@link FAULT_PARTS} of these. */
  readonly partSeconds: number;
  readonly before: PartFigures;
  readonly during: PartFigures;
  readonly after: PartFigures;
  /** The time after the fault, in slices of {@link SLICE_SECONDS}. */
  readonly slices: readonly PartFigures[];
  /** Empty for faults that send nothing. */
  readonly answers: readonly BadAnswers[];
  /** Before the fault and at the end, as in {@link ResourceUse}. */
  readonly memoryMiB?: { readonly before: number; readonly after: number };
  /**
   * Processes of the serving that existed before the fault but not at the end. A process that the fault killed does not count if it was
   * replaced. Absent if unknown.
   */
  readonly processesLost?: number;
  /** Whether a good request was answered after the window, within the time in `STABILITY_LIMITS`. */
  readonly answersAgain: boolean;
  /** How the serving ended, if it did. */
  readonly ended?: string;
}

/** Resource use of a serving. Unknown figures are absent. */
export interface ResourceUse {
  /** Of all its processes, or of its node if these cannot be read. */
  readonly memoryMiB?: number;
  /** Of the first GPU of its machine. */
  readonly gpuMemoryMiB?: number;
  /** Of all its processes. */
  readonly openFiles?: number;
}

/** A slice of a soak: its requests, and the resource use at its end. */
export interface SoakSlice extends PartFigures, ResourceUse {
  /** From the start of the window. */
  readonly fromSeconds: number;
}

/** A soak: constant load, slice by slice. */
export interface SoakFigures {
  readonly kind: 'soak';
  readonly sliceSeconds: number;
  readonly slices: readonly SoakSlice[];
  /** How the serving ended, if it did. */
  readonly ended?: string;
}
