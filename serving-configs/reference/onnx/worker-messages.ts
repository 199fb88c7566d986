import type { NamedTensor } from '../../models/tensors/tensor-body.ts';
import type { ClassifierInput } from './classifier.ts';

export interface WorkerStart {
  readonly file: string;
  readonly threads: number;
  /** The file of a warm-up request for a user's model; absent for the classifier. */
  readonly example?: string;
}

/** A request from the engine to its thread, which gets one at a time. The values are transferred, not copied. */
export type WorkerRequest = readonly NamedTensor[];

/** The first message from the thread to the engine. */
export type WorkerState =
  | { readonly kind: 'ready'; readonly classifier?: ClassifierInput }
  | { readonly kind: 'unusable'; readonly message: string; readonly hint?: string };

/** The thread's answer to a request. */
export type WorkerAnswer =
  | { readonly kind: 'result'; readonly outputs: readonly NamedTensor[] }
  | { readonly kind: 'error'; readonly message: string };

/** The last message from the engine to its thread. */
export type WorkerClose = 'close';
