import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Layout, ModelContract } from '../../manifest.ts';
import { WireRefusal, type InferenceCall, type WireFailure } from '../../wire.ts';
import type { Engine, Reply } from '../engine.ts';
import { adaptTensor, type ShapedTensor } from '../onnx/adapt-tensor.ts';
import { chooseModel } from '../onnx/choose-model.ts';
import { InvalidImage, prepareInput } from '../onnx/prepare-input.ts';
import type { WorkerMessage, WorkerRequest, WorkerStart } from '../onnx/worker-messages.ts';
import { asOutput } from '../scores.ts';
import { UsageError } from '../usage-error.ts';

export interface OnnxEngineOptions {
  readonly model: ModelContract;
  /** A trained model; ours with seeded weights without it. */
  readonly modelFile?: string | undefined;
  readonly cacheFolder: string;
  readonly threads: number;
}

interface Waiting {
  readonly resolve: (values: Float32Array) => void;
  readonly reject: (error: Error) => void;
}

const failureOf = (error: unknown): WireFailure =>
  error instanceof InvalidImage
    ? { kind: 'bad-image', message: error.message }
    : { kind: 'failed', message: error instanceof Error ? error.message : String(error) };

/** One picture at a time in a thread of its own; the others wait. */
export const createOnnxEngine = ({
  model,
  modelFile,
  cacheFolder,
  threads,
}: OnnxEngineOptions): Engine => {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let layout: Layout | undefined;
  let nextId = 0;

  const settle = (message: Extract<WorkerMessage, { readonly id: number }>): void => {
    const request = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.kind === 'result') request?.resolve(message.values);
    else request?.reject(new Error(message.message));
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
                'pass an ONNX file of an ImageNet classifier with --model, or none for seeded weights',
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
        for (const { reject: fail } of waiting.values()) fail(error);
        waiting.clear();
        reject(error);
      };
      thread.on('error', stopped);
      thread.on('exit', () => stopped(new Error('the thread of the model has ended')));
    });
  };

  const compute = (tensor: ShapedTensor): Promise<Float32Array> =>
    new Promise((resolve, reject) => {
      if (worker === undefined) throw new Error('the model is not loaded');
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      // Buffers from Node's pool cannot be moved; a tensor of its own can.
      const { buffer } = tensor.values;
      const values =
        tensor.values.byteLength === buffer.byteLength ? tensor.values : tensor.values.slice();
      const request: WorkerRequest = { id, values, shape: tensor.shape };
      worker.postMessage(request, [values.buffer as ArrayBuffer]);
    });

  const reply = async (call: InferenceCall, body: Uint8Array): Promise<Reply> => {
    try {
      const tensor = await prepareInput(call.read(body), model);
      const values = await compute(adaptTensor(tensor, model.layout, layout ?? model.layout));
      return {
        kind: 'answer',
        answer: call.render(call.form(body), asOutput(values, model.output)),
      };
    } catch (error) {
      if (error instanceof WireRefusal) return { kind: 'answer', answer: error.answer };
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
      await worker?.terminate();
    },
  };
};
