import type { Layout } from '../../manifest.ts';

export interface WorkerStart {
  readonly file: string;
  readonly threads: number;
}

/** From the engine to its thread; the values are moved, not copied. */
export interface WorkerRequest {
  readonly id: number;
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** From the thread to the engine. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly layout: Layout }
  | { readonly kind: 'unusable'; readonly message: string }
  | { readonly kind: 'result'; readonly id: number; readonly values: Float32Array }
  | { readonly kind: 'error'; readonly id: number; readonly message: string };
