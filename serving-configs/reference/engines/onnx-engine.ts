import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Layout, ModelContract } from '../../manifest.ts';
import { BadInput, type InferenceCall, type WireFailure } from '../../protocols/wire.ts';
import type { Engine, EngineTimes, Reply } from '../engine.ts';
import {
  adaptTensor,
  InvalidImage,
  prepareInput,
  type ShapedTensor,
} from '../onnx/prepare-input.ts';
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
  readonly cacheFolder: string;
  readonly threads: number;
}

/** The request in the thread, or one that waits for it. */
interface Waiting {
  readonly request: WorkerRequest;
  readonly resolve: (computed: Computed) => void;
  readonly reject: (error: Error) => void;
  readonly queuedAtMs: number;
  /** When it went into the thread. */
  startedAtMs: number;
}

interface Computed {
  readonly values: Float32Array;
  readonly times: EngineTimes;
}

const failureOf = (error: unknown): WireFailure =>
  error instanceof InvalidImage || error instanceof BadInput
    ? { kind: 'bad-input', message: error.message }
    : { kind: 'failed', message: error instanceof Error ? error.message : String(error) };

/** One image at a time in a thread of its own; the others wait. */
export const createOnnxEngine = ({
  model,
  modelFile,
  cacheFolder,
  threads,
}: OnnxEngineOptions): Engine => {
  /** In order of arrival; the first is in the thread. They wait here, so that a stop need not compute them all. */
  const queue: Waiting[] = [];
  let worker: Worker | undefined;
  let layout: Layout | undefined;

  const sendFirst = (): void => {
    const [first] = queue;
    if (first === undefined) return;
    const { request } = first;
    first.startedAtMs = performance.now();
    worker?.postMessage(request, [request.values.buffer as ArrayBuffer]);
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
      first.resolve({ values: message.values, times });
    }
  };
  const abandon = (error: Error): void => {
    for (const { reject } of queue.splice(0)) reject(error);
  };

  const start = async (): Promise<void> => {
    const chosen = await chooseModel(modelFile, cacheFolder);
    const workerData: WorkerStart = { file: chosen.fileFor(model.layout), threads };
    const thread = new Worker(path.join(import.meta.dirname, '..', 'onnx', 'worker-entry.js'), {
      workerData,
    });
    worker = thread;
    await new Promise<void>((resolve, reject) => {
      thread.on('message', (message: WorkerMessage) => {
        switch (message.kind) {
          case 'ready':
            layout = message.layout;
            resolve();
            break;
          case 'unusable':
            reject(
              new UsageError(
                message.message,
                'pass an ONNX file of an ImageNet classifier with --model, or none for random weights',
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
        layout = undefined;
        worker = undefined;
        abandon(error);
        reject(error);
      };
      thread.on('error', stopped);
      thread.on('exit', () => stopped(new Error('the thread of the model has ended')));
    });
  };

  const compute = (tensor: ShapedTensor): Promise<Computed> =>
    new Promise((resolve, reject) => {
      // A tensor that is a part of a larger buffer cannot be moved without the rest.
      const whole = tensor.values.byteLength === tensor.values.buffer.byteLength;
      const values = whole ? tensor.values : tensor.values.slice();
      const request = { values, shape: tensor.shape };
      const queuedAtMs = performance.now();
      queue.push({ request, resolve, reject, queuedAtMs, startedAtMs: queuedAtMs });
      if (queue.length === 1) sendFirst();
    });

  const reply = async <Answer>(
    call: InferenceCall<Answer>,
    body: Uint8Array,
  ): Promise<Reply<Answer>> => {
    try {
      const tensor = await prepareInput(call.read(body), model);
      const { values, times } = await compute(
        adaptTensor(tensor, model.layout, layout ?? model.layout),
      );
      return {
        kind: 'answer',
        answer: call.render(call.form(body), asOutput(values, model.output)),
        times,
      };
    } catch (error) {
      return { kind: 'answer', answer: call.fail(failureOf(error)) };
    }
  };

  return {
    trained: modelFile !== undefined,
    reads: 'whole',
    get isReady() {
      return layout !== undefined;
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
