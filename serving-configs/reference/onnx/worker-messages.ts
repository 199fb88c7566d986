import type { Layout } from '../../manifest.ts';

export interface WorkerStart {
  readonly file: string;
  readonly threads: number;
}

/** From the engine to its thread, one after the other; the values are moved, not copied. */
export interface WorkerRequest {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** From the thread to the engine. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly layout: Layout }
  | { readonly kind: 'unusable'; readonly message: string }
  | { readonly kind: 'result'; readonly values: Float32Array }
  | { readonly kind: 'error'; readonly message: string };

/** From the engine to its thread: the last message. */
export type WorkerClose = 'close';
