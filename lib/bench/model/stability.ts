import type { FailureClass } from './load-result.ts';

/** Bad images, for targets that take image files. */
export const IMAGE_FAULTS = [
  'image-truncated',
  'image-empty',
  'image-text',
  'image-cmyk',
  'image-one-channel',
  'image-100-megapixels',
] as const;
export type ImageFault = (typeof IMAGE_FAULTS)[number];

/** Bad tensors, for targets that take tensors. */
export const TENSOR_FAULTS = [
  'tensor-wrong-shape',
  'tensor-wrong-type',
  'tensor-nan',
  'tensor-too-long',
  'tensor-too-short',
] as const;
export type TensorFault = (typeof TENSOR_FAULTS)[number];

/** Messages that cannot be parsed. */
export const MESSAGE_FAULTS = ['malformed-json', 'malformed-protobuf'] as const;

/** Faults in what is sent. */
export const REQUEST_FAULTS = [...IMAGE_FAULTS, ...TENSOR_FAULTS, ...MESSAGE_FAULTS] as const;
export type RequestFault = (typeof REQUEST_FAULTS)[number];

/** Good requests that are sent badly: half of a body, then silence; a body over seconds; gone before the answer. */
export const CONNECTION_FAULTS = ['half-body', 'slow-sender', 'disconnect'] as const;
export type ConnectionFault = (typeof CONNECTION_FAULTS)[number];

/** What is done to the busiest process of the serving: SIGKILL, or SIGSTOP and then SIGCONT. */
export const PROCESS_FAULTS = ['kill-worker', 'pause-worker'] as const;
export type ProcessFault = (typeof PROCESS_FAULTS)[number];

/**
 * What is done to a serving while it answers good requests. `nothing` is the control: what the machine does by itself. `burst`: ten
 * times the load.
 */
export const FAULTS = [
  'nothing',
  ...REQUEST_FAULTS,
  ...CONNECTION_FAULTS,
  'burst',
  ...PROCESS_FAULTS,
] as const;
export type Fault = (typeof FAULTS)[number];

/** The good requests that were planned in one part of the window: before, during or after the fault. */
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
  readonly medianMs: number;
}

/** What one fault did. */
export interface FaultFigures {
  readonly kind: 'fault';
  readonly fault: Fault;
  /** Length of each of the three parts of the window. */
  readonly partSeconds: number;
  readonly before: PartFigures;
  readonly during: PartFigures;
  readonly after: PartFigures;
  /** From the end of the fault until good requests are answered as before; absent if they were not until the end. */
  readonly recoverySeconds?: number;
  /** Empty for faults that send nothing. */
  readonly answers: readonly BadAnswers[];
  /** Of all processes of the serving, before the fault and at the end; absent where it cannot be told. */
  readonly memoryMiB?: { readonly before: number; readonly after: number };
  /** Processes of the serving that were there before the fault and not at the end; absent where it cannot be told. */
  readonly processesLost?: number;
  /** How the serving ended, if it did. */
  readonly ended?: string;
}
