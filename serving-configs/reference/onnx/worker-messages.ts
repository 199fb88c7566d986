import type { NamedTensor } from '../../models/tensors/tensor-body.ts';
import type { ClassifierInput } from './classifier.ts';

export interface WorkerStart {
  readonly file: string;
  readonly threads: number;
  /** For a user's model: a request to warm up with. Without it the model is the classifier. */
  readonly example?: string;
}

/** From the engine to its thread, one after the other; the values are moved, not copied. */
export type WorkerRequest = readonly NamedTensor[];

/** From the thread to the engine. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly classifier?: ClassifierInput }
  | { readonly kind: 'unusable'; readonly message: string; readonly hint?: string }
  | { readonly kind: 'result'; readonly outputs: readonly NamedTensor[] }
  | { readonly kind: 'error'; readonly message: string };

/** From the engine to its thread: the last message. */
export type WorkerClose = 'close';
