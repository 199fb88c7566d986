import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { InvalidImage } from '../../models/input/image-header.ts';
import { UnreadableTensors, type NamedTensor } from '../../models/tensors/tensor-body.ts';
import { messageOf, UsageError } from '../../options/usage-error.ts';
import { BadInput, type InferenceCall, type WireFailure } from '../../protocols/wire.ts';
import type { InferenceEngine, EngineTimes, EngineReply } from '../engine.ts';
import type { ComputedModel } from '../onnx/computed-model.ts';
import type {
  WorkerAnswer,
  WorkerClose,
  WorkerRequest,
  WorkerStart,
  WorkerState,
} from '../onnx/worker-messages.ts';

interface Computed {
  readonly outputs: readonly NamedTensor[];
  readonly times: EngineTimes;
}

const failureOf = (error: unknown): WireFailure =>
  [InvalidImage, BadInput, UnreadableTensors].some((kind) => error instanceof kind)
    ? { kind: 'bad-input', message: messageOf(error) }
    : { kind: 'failed', message: messageOf(error) };

/** The bytes with a buffer of their own, because only whole buffers can be transferred to a thread. */
const transferable = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);

/** Creates an engine that runs the model in its own thread, one request at a time. */
export const createOnnxEngine = (model: ComputedModel, threads: number): InferenceEngine => {
  let worker: Worker | undefined;
  let adapted: ReturnType<ComputedModel['adapt']> | undefined;
  let isReady = false;
  /** Aborted with the reason when the thread computes no more requests. */
  const ended = new AbortController();
  /** Resolves when the thread has answered the last request. */
  let last: Promise<unknown> = Promise.resolve();

  const end = (error: Error): void => {
    isReady = false;
    ended.abort(error);
  };

  /** The next message of the thread. Throws the reason if the thread ends before. */
  const nextMessage = async <Message>(thread: Worker): Promise<Message> => {
    try {
      const { signal } = ended;
      const [message] = (await once(thread, 'message', { signal })) as [Message];
      return message;
    } catch (error) {
      ended.signal.throwIfAborted();
      throw error;
    }
  };

  const start = async (): Promise<void> => {
    const workerData: WorkerStart = {
      file: await model.file(),
      threads,
      example: model.example,
    };
    worker = new Worker(path.join(import.meta.dirname, '..', 'onnx', 'worker-entry.js'), {
      workerData,
    });
    worker.once('error', end);
    worker.once('exit', () => end(new Error('the thread of the model has ended')));
    const state = await nextMessage<WorkerState>(worker);
    if (state.kind === 'unusable') {
      throw new UsageError(state.message, state.hint ?? model.hint);
    }
    adapted = model.adapt(state.tensors);
    isReady = true;
  };

  /** Sends a request to the thread once it has answered all earlier ones, so that a stop does not have to compute those that wait. */
  const compute = async (request: WorkerRequest): Promise<Computed> => {
    const queuedAtMs = performance.now();
    const tensors = request.map((tensor) => ({ ...tensor, bytes: transferable(tensor.bytes) }));
    const turn = last.then(async () => {
      ended.signal.throwIfAborted();
      if (worker === undefined) throw new Error('the engine has not been started');
      const startedAtMs = performance.now();
      worker.postMessage(
        tensors,
        tensors.map(({ bytes }) => bytes.buffer as ArrayBuffer),
      );
      const answer = await nextMessage<WorkerAnswer>(worker);
      const computeMs = performance.now() - startedAtMs;
      if (answer.kind === 'error') throw new Error(answer.message);
      const times = { queueMs: startedAtMs - queuedAtMs, computeMs };
      return { outputs: answer.outputs, times };
    });
    last = turn.catch(() => undefined);
    return turn;
  };

  const reply = async <Answer>(
    call: InferenceCall<Answer>,
    body: Uint8Array,
  ): Promise<EngineReply<Answer>> => {
    try {
      if (adapted === undefined) throw new Error('the engine has not been started');
      const { outputs, times } = await compute(await adapted.inputs(call.read(body)));
      const answer = call.render(call.form(body), adapted.outputs(outputs));
      return { kind: 'answer', answer, times };
    } catch (error) {
      return { kind: 'answer', answer: call.fail(failureOf(error)) };
    }
  };

  return {
    trained: model.trained,
    reads: 'whole',
    get isReady() {
      return isReady;
    },
    start,
    reply,
    close: async () => {
      if (worker === undefined || ended.signal.aborted) return;
      end(new Error('the engine is closed'));
      // ONNX Runtime aborts the process if its thread is terminated during a computation.
      const exited = once(worker, 'exit');
      const close: WorkerClose = 'close';
      worker.postMessage(close, []);
      await exited;
    },
  };
};
