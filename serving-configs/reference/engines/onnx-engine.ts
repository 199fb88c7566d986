import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ModelContract } from '../../manifest.ts';
import { InvalidImage } from '../../models/input/image-header.ts';
import { UnreadableTensors, type NamedTensor } from '../../models/tensors/tensor-body.ts';
import type { TensorModel } from '../../models/tensors/tensor-model.ts';
import { messageOf, UsageError } from '../../options/usage-error.ts';
import {
  BadInput,
  type InferenceCall,
  type WireFailure,
  type WireInput,
} from '../../protocols/wire.ts';
import type { Engine, EngineTimes, Reply } from '../engine.ts';
import { classifierRequest, scoresIn, type ClassifierInput } from '../onnx/classifier.ts';
import { adaptTensor, prepareInput } from '../onnx/prepare-input.ts';
import { chooseModel } from '../onnx/choose-model.ts';
import type {
  WorkerAnswer,
  WorkerClose,
  WorkerRequest,
  WorkerStart,
  WorkerState,
} from '../onnx/worker-messages.ts';
import { asOutput } from '../scores.ts';

interface OnnxEngineOptions {
  readonly model: ModelContract;
  /** A trained classifier. Default: our ResNet-50 with random weights. */
  readonly modelFile?: string | undefined;
  /** A user's model, served instead of the classifier. */
  readonly tensorModel?: TensorModel | undefined;
  readonly cacheFolder: string;
  readonly threads: number;
}

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
export const createOnnxEngine = ({
  model,
  modelFile,
  tensorModel,
  cacheFolder,
  threads,
}: OnnxEngineOptions): Engine => {
  let worker: Worker | undefined;
  /** The input of the classifier; undefined for a user's model. */
  let classifier: ClassifierInput | undefined;
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
    const workerData: WorkerStart =
      tensorModel === undefined
        ? { file: (await chooseModel(modelFile, cacheFolder)).file, threads }
        : { file: tensorModel.file, threads, example: tensorModel.example.request };
    worker = new Worker(path.join(import.meta.dirname, '..', 'onnx', 'worker-entry.js'), {
      workerData,
    });
    worker.once('error', end);
    worker.once('exit', () => end(new Error('the thread of the model has ended')));
    const state = await nextMessage<WorkerState>(worker);
    if (state.kind === 'unusable') {
      const hint =
        tensorModel === undefined
          ? 'give an ONNX file of a classifier with --model, or none for random weights'
          : 'describe the model again';
      throw new UsageError(state.message, state.hint ?? hint);
    }
    ({ classifier } = state);
    isReady = true;
  };

  const requestOf = async (input: WireInput): Promise<WorkerRequest> => {
    if (classifier === undefined) {
      if (input.kind === 'tensors') return input.tensors;
    } else if (input.kind !== 'tensors') {
      const tensor = await prepareInput(input, model);
      return classifierRequest(classifier, adaptTensor(tensor, model.layout, classifier.layout));
    }
    throw new Error('the request is not for this model');
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
  ): Promise<Reply<Answer>> => {
    try {
      const { outputs, times } = await compute(await requestOf(call.read(body)));
      const output = classifier === undefined ? outputs : asOutput(scoresIn(outputs), model.output);
      return { kind: 'answer', answer: call.render(call.form(body), output), times };
    } catch (error) {
      return { kind: 'answer', answer: call.fail(failureOf(error)) };
    }
  };

  return {
    trained: modelFile !== undefined || tensorModel !== undefined,
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
