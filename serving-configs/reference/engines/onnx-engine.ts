import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Layout, ModelContract } from '../../manifest.ts';
import { UnreadableTensors } from '../../models/tensors/tensor-body.ts';
import type { TensorModel } from '../../models/tensors/tensor-model.ts';
import {
  BadInput,
  type InferenceCall,
  type WireFailure,
  type WireInput,
  type WireOutput,
} from '../../protocols/wire.ts';
import type { Engine, EngineTimes, Reply } from '../engine.ts';
import { adaptTensor, InvalidImage, prepareInput } from '../onnx/prepare-input.ts';
import { chooseModel } from '../onnx/choose-model.ts';
import type {
  WorkerClose,
  WorkerMessage,
  WorkerRequest,
  WorkerStart,
} from '../onnx/worker-messages.ts';
import { asOutput } from '../scores.ts';
import { UsageError } from '../../options/usage-error.ts';

interface OnnxEngineOptions {
  readonly model: ModelContract;
  /** A trained model; ours with random weights without it. */
  readonly modelFile?: string | undefined;
  /** A user's model, served instead of both. */
  readonly tensorModel?: TensorModel | undefined;
  readonly cacheFolder: string;
  readonly threads: number;
}

/** The request in the thread, or one that waits for it. */
interface Waiting {
  readonly request: WorkerRequest;
  /** The memory of its values. */
  readonly moved: readonly ArrayBuffer[];
  readonly resolve: (computed: Computed) => void;
  readonly reject: (error: Error) => void;
  readonly queuedAtMs: number;
  /** When it went into the thread. */
  startedAtMs: number;
}

interface Computed {
  readonly output: WireOutput;
  readonly times: EngineTimes;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const failureOf = (error: unknown): WireFailure =>
  [InvalidImage, BadInput, UnreadableTensors].some((kind) => error instanceof kind)
    ? { kind: 'bad-input', message: messageOf(error) }
    : { kind: 'failed', message: messageOf(error) };

/** One request at a time in a thread of its own; the others wait. */
export const createOnnxEngine = ({
  model,
  modelFile,
  tensorModel,
  cacheFolder,
  threads,
}: OnnxEngineOptions): Engine => {
  /** In order of arrival; the first is in the thread. They wait here, so that a stop need not compute them all. */
  const queue: Waiting[] = [];
  let worker: Worker | undefined;
  let layout: Layout = model.layout;
  let isReady = false;

  const sendFirst = (): void => {
    const [first] = queue;
    if (first === undefined) return;
    first.startedAtMs = performance.now();
    worker?.postMessage(first.request, first.moved);
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
      first.resolve({ output: message.output, times });
    }
  };
  const abandon = (error: Error): void => {
    for (const { reject } of queue.splice(0)) reject(error);
  };

  const start = async (): Promise<void> => {
    const workerData: WorkerStart =
      tensorModel === undefined
        ? { file: (await chooseModel(modelFile, cacheFolder)).fileFor(model.layout), threads }
        : { file: tensorModel.file, threads, example: tensorModel.example.request };
    const thread = new Worker(path.join(import.meta.dirname, '..', 'onnx', 'worker-entry.js'), {
      workerData,
    });
    worker = thread;
    await new Promise<void>((resolve, reject) => {
      thread.on('message', (message: WorkerMessage) => {
        switch (message.kind) {
          case 'ready':
            layout = message.layout ?? layout;
            isReady = true;
            resolve();
            break;
          case 'unusable':
            reject(
              new UsageError(
                message.message,
                message.hint ??
                  (tensorModel === undefined
                    ? 'pass an ONNX file of such a classifier with --model, or none for random weights'
                    : 'describe the model again'),
              ),
            );
            break;
          case 'result':
          case 'error':
            settle(message);
            break;
          default:
            message satisfies never;
        }
      });
      const stopped = (error: Error): void => {
        isReady = false;
        worker = undefined;
        abandon(error);
        reject(error);
      };
      thread.on('error', stopped);
      thread.on('exit', () => stopped(new Error('the thread of the model has ended')));
    });
  };

  const compute = (
    request: WorkerRequest,
    values: readonly (Float32Array | Uint8Array)[],
  ): Promise<Computed> =>
    new Promise((resolve, reject) => {
      const moved = values.map(({ buffer }) => buffer as ArrayBuffer);
      const queuedAtMs = performance.now();
      queue.push({ request, moved, resolve, reject, queuedAtMs, startedAtMs: queuedAtMs });
      if (queue.length === 1) sendFirst();
    });

  const computeInput = async (input: WireInput): Promise<Computed> => {
    if (input.kind === 'tensors') {
      // Parts of the body, which cannot be moved without the rest.
      const tensors = input.tensors.map((one) => ({ ...one, bytes: new Uint8Array(one.bytes) }));
      return compute(
        { tensors },
        tensors.map(({ bytes }) => bytes),
      );
    }
    const tensor = adaptTensor(await prepareInput(input, model), model.layout, layout);
    // The same for a tensor that is a part of a larger buffer.
    const whole = tensor.values.byteLength === tensor.values.buffer.byteLength;
    const values = whole ? tensor.values : tensor.values.slice();
    return compute({ values, shape: tensor.shape }, [values]);
  };

  const reply = async <Answer>(
    call: InferenceCall<Answer>,
    body: Uint8Array,
  ): Promise<Reply<Answer>> => {
    try {
      const { output, times } = await computeInput(call.read(body));
      const wanted = output instanceof Float32Array ? asOutput(output, model.output) : output;
      return { kind: 'answer', answer: call.render(call.form(body), wanted), times };
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
      // ONNX Runtime aborts the process where its thread is ended in the middle of a computation.
      const ended = once(worker, 'exit');
      const close: WorkerClose = 'close';
      worker.postMessage(close, []);
      await ended;
    },
  };
};
