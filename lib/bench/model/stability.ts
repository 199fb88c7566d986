import type { Fault } from './fault.ts';
import type { FailureClass } from './load-result.ts';

/**
 * The good requests of one part of the window, by the time that they were planned for. What was under way when the fault began is part
 * of the time with the fault.
 */
export interface PartFigures {
  readonly requests: number;
  readonly failed: number;
  readonly failures: Readonly<Partial<Record<FailureClass, number>>>;
  /** Of correct answers; absent without any. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

/** How often bad requests got one answer. */
export interface BadAnswers {
  /** A status of HTTP (`400`) or gRPC (`INVALID_ARGUMENT`), `closed` without an answer, or `none` until the fault ended. */
  readonly answer: string;
  readonly count: number;
  /** Absent where it was not timed. */
  readonly medianMs?: number;
}

/** Length of the slices after a fault. */
export const SLICE_SECONDS = 0.5;

/** What one fault did. */
export interface FaultFigures {
  readonly kind: 'fault';
  readonly fault: Fault;
  /** The window has {@link FAULT_PARTS} of these. */
  readonly partSeconds: number;
  readonly before: PartFigures;
  readonly during: PartFigures;
  readonly after: PartFigures;
  /** The part after the fault in slices of half a second. */
  readonly slices: readonly PartFigures[];
  /** Empty for faults that send nothing. */
  readonly answers: readonly BadAnswers[];
  /** Before the fault and at the end, as in {@link ResourceUse}. */
  readonly memoryMiB?: { readonly before: number; readonly after: number };
  /**
   * Processes of the serving that were there before the fault and not at the end, less one that the fault killed if another has come in
   * its place; absent where it cannot be told.
   */
  readonly processesLost?: number;
  /** Whether a good request was answered after the window, in the time of `STABILITY_LIMITS`. */
  readonly answersAgain: boolean;
  /** How the serving ended, if it did. */
  readonly ended?: string;
}

/** What a serving uses; a figure that cannot be told is absent. */
export interface ResourceUse {
  /** Of all its processes, or of its node where those are out of reach. */
  readonly memoryMiB?: number;
  /** Of the first GPU of its machine. */
  readonly gpuMemoryMiB?: number;
  /** Of all its processes. */
  readonly openFiles?: number;
}

/** A stretch of a soak: its requests, and what the serving used at its end. */
export interface SoakSlice extends PartFigures, ResourceUse {
  /** From the start of the window. */
  readonly fromSeconds: number;
}

/** Constant load, slice by slice. */
export interface SoakFigures {
  readonly kind: 'soak';
  readonly sliceSeconds: number;
  readonly slices: readonly SoakSlice[];
  /** How the serving ended, if it did. */
  readonly ended?: string;
}
