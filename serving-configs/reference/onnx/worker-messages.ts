import type { NamedTensor } from '../../models/tensors/tensor-body.ts';
import type { TensorSession } from './tensor-session.ts';

export interface WorkerStart {
  readonly file: string;
  readonly threads: number;
  /** The file of a request that warms the model up. */
  readonly example: string | undefined;
}

/** The tensors of the ONNX file, and its path for messages. */
export interface FileTensors extends Pick<TensorSession, 'inputs' | 'outputs'> {
  readonly file: string;
}

/** A request from the engine to its thread, which gets one at a time. The values are transferred, not copied. */
export type WorkerRequest = readonly NamedTensor[];

/** The first message from the thread to the engine. */
export type WorkerState =
  | { readonly kind: 'ready'; readonly tensors: FileTensors }
  | { readonly kind: 'unusable'; readonly message: string; readonly hint?: string };

/** The thread's answer to a request. */
export type WorkerAnswer =
  | { readonly kind: 'result'; readonly outputs: readonly NamedTensor[] }
  | { readonly kind: 'error'; readonly message: string };

/** The last message from the engine to its thread. */
export type WorkerClose = 'close';
