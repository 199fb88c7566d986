import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { NamedTensor } from '../../models/tensors/tensor-body.ts';
import { UsageError } from '../../options/usage-error.ts';
import type {
  FileTensors,
  WorkerAnswer,
  WorkerClose,
  WorkerRequest,
  WorkerStart,
  WorkerState,
} from './worker-messages.ts';

/** The bytes with a buffer of their own, because only whole buffers can be transferred to a thread. */
const transferable = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);

/** A thread that computes a model. */
export interface ModelThread {
  readonly tensors: FileTensors;
  /** Computes one request; the next one only after that. */
  readonly compute: (request: WorkerRequest) => Promise<readonly NamedTensor[]>;
  /** Resolves when the thread has ended. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a thread that loads a model.
 *
 * @param ended - Aborted with the reason when a thread computes no more requests.
 * @param hint - What to do about a file that cannot be used.
 * @throws UsageError if it cannot be used.
 */
export const startModelThread = async (
  start: WorkerStart,
  ended: AbortController,
  hint: string,
): Promise<ModelThread> => {
  const worker = new Worker(path.join(import.meta.dirname, 'worker-entry.js'), {
    workerData: start,
  });
  worker.once('error', (error) => ended.abort(error));
  worker.once('exit', () => ended.abort(new Error('the thread of the model has ended')));

  /** The next message of the thread. Throws the reason if the thread ends before. */
  const nextMessage = async <Message>(): Promise<Message> => {
    try {
      const { signal } = ended;
      const [message] = (await once(worker, 'message', { signal })) as [Message];
      return message;
    } catch (error) {
      ended.signal.throwIfAborted();
      throw error;
    }
  };

  const state = await nextMessage<WorkerState>();
  if (state.kind === 'unusable') throw new UsageError(state.message, state.hint ?? hint);
  return {
    tensors: state.tensors,
    compute: async (request) => {
      const tensors = request.map((tensor) => ({ ...tensor, bytes: transferable(tensor.bytes) }));
      worker.postMessage(
        tensors,
        tensors.map(({ bytes }) => bytes.buffer as ArrayBuffer),
      );
      const answer = await nextMessage<WorkerAnswer>();
      if (answer.kind === 'error') throw new Error(answer.message);
      return answer.outputs;
    },
    close: async () => {
      // ONNX Runtime aborts the process if its thread is terminated during a computation.
      const exited = once(worker, 'exit');
      const close: WorkerClose = 'close';
      worker.postMessage(close, []);
      await exited;
    },
  };
};
