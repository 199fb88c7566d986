import type { Layout } from '../../manifest.ts';
import type { NamedTensor } from '../../models/tensors/tensor-body.ts';
import type { WireOutput } from '../../protocols/wire.ts';
import type { ShapedTensor } from './prepare-input.ts';

export interface WorkerStart {
  readonly file: string;
  readonly threads: number;
  /** For a user's model: a request to warm up with. Without it the model is a classifier of images. */
  readonly example?: string;
}

/** From the engine to its thread, one after the other; the values are moved, not copied. */
export type WorkerRequest = ShapedTensor | { readonly tensors: readonly NamedTensor[] };

/** From the thread to the engine. */
export type WorkerMessage =
  /** The layout is that of a classifier. */
  | { readonly kind: 'ready'; readonly layout?: Layout }
  | { readonly kind: 'unusable'; readonly message: string; readonly hint?: string }
  | { readonly kind: 'result'; readonly output: WireOutput }
  | { readonly kind: 'error'; readonly message: string };

/** From the engine to its thread: the last message. */
export type WorkerClose = 'close';
