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
  WorkerClose,
  WorkerMessage,
  WorkerRequest,
  WorkerStart,
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

/** A request that the thread computes, or that waits for the thread. */
interface QueuedRequest {
  readonly request: WorkerRequest;
  readonly resolve: (computed: Computed) => void;
  readonly reject: (error: Error) => void;
  readonly queuedAtMs: number;
  /** When it was sent to the thread. */
  startedAtMs: number;
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
  /** In order of arrival. The thread has only the first, so that a stop does not have to compute the others. */
  const queue: QueuedRequest[] = [];
  let worker: Worker | undefined;
  /** The input of the classifier; undefined for a user's model. */
  let classifier: ClassifierInput | undefined;
  let isReady = false;

  const sendFirst = (): void => {
    const [first] = queue;
    if (first === undefined) return;
    first.startedAtMs = performance.now();
    worker?.postMessage(
      first.request,
      first.request.map(({ bytes }) => bytes.buffer as ArrayBuffer),
    );
  };
  const settle = (message: Extract<WorkerMessage, { readonly kind: 'result' | 'error' }>): void => {
    const endedAtMs = performance.now();
    const first = queue.shift();
    sendFirst();
    if (message.kind === 'error') {
      first?.reject(new Error(message.message));
    } else if (first !== undefined) {
      const { queuedAtMs, startedAtMs } = first;
      const times = { queueMs: startedAtMs - queuedAtMs, computeMs: endedAtMs - startedAtMs };
      first.resolve({ outputs: message.outputs, times });
    }
  };
  const abandon = (error: Error): void => {
    for (const { reject } of queue.splice(0)) reject(error);
  };

  const unusable = ({ message, hint }: Extract<WorkerMessage, { kind: 'unusable' }>): UsageError =>
    new UsageError(
      message,
      hint ??
        (tensorModel === undefined
          ? 'give an ONNX file of a classifier with --model, or none for random weights'
          : 'describe the model again'),
    );

  const start = async (): Promise<void> => {
    const workerData: WorkerStart =
      tensorModel === undefined
        ? { file: (await chooseModel(modelFile, cacheFolder)).file, threads }
        : { file: tensorModel.file, threads, example: tensorModel.example.request };
    const thread = new Worker(path.join(import.meta.dirname, '..', 'onnx', 'worker-entry.js'), {
      workerData,
    });
    worker = thread;
    await new Promise<void>((resolve, reject) => {
      thread.on('message', (message: WorkerMessage) => {
        switch (message.kind) {
          case 'ready':
            classifier = message.classifier;
            isReady = true;
            resolve();
            break;
          case 'unusable':
            reject(unusable(message));
            break;
          case 'result':
          case 'error':
            settle(message);
            break;
          default:
            message satisfies never;
        }
      });
      const onStop = (error: Error): void => {
        isReady = false;
        worker = undefined;
        abandon(error);
        reject(error);
      };
      thread.on('error', onStop);
      thread.on('exit', () => onStop(new Error('the thread of the model has ended')));
    });
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

  const compute = (request: WorkerRequest): Promise<Computed> =>
    new Promise((resolve, reject) => {
      const queuedAtMs = performance.now();
      queue.push({
        request: request.map((tensor) => ({ ...tensor, bytes: transferable(tensor.bytes) })),
        resolve,
        reject,
        queuedAtMs,
        startedAtMs: queuedAtMs,
      });
      if (queue.length === 1) sendFirst();
    });

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
      if (worker === undefined) return;
      // ONNX Runtime aborts the process if its thread is terminated during a computation.
      const ended = once(worker, 'exit');
      const close: WorkerClose = 'close';
      worker.postMessage(close, []);
      await ended;
    },
  };
};
