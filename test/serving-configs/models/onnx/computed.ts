import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import {
  classifierInputOf,
  classifierRequest,
  scoresIn,
} from '../../../../serving-configs/reference/onnx/classifier.ts';
import type {
  WorkerAnswer,
  WorkerStart,
  WorkerState,
} from '../../../../serving-configs/reference/onnx/worker-messages.ts';

const WORKER = path.resolve(
  import.meta.dirname,
  '../../../../serving-configs/reference/onnx/worker-entry.js',
);

/** A preprocessed image. */
export interface Image {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Computes the answer of a classifier to an image, in the thread of the simulated server. */
export const computed = async (file: string, image: Image) => {
  const worker = new Worker(WORKER, {
    workerData: { file, threads: 1, example: undefined } satisfies WorkerStart,
  });
  const [ready] = (await once(worker, 'message')) as [WorkerState];
  if (ready.kind !== 'ready') throw new Error(JSON.stringify(ready));
  const classifier = classifierInputOf(ready.tensors, CLASSIFIER);
  worker.postMessage(classifierRequest(classifier, image), []);
  const [answer] = (await once(worker, 'message')) as [WorkerAnswer];
  if (answer.kind !== 'result') throw new Error(JSON.stringify(answer));
  worker.postMessage('close', []);
  await once(worker, 'exit');
  const [output] = answer.outputs;
  return {
    input: classifier.input,
    output: output?.name,
    shape: output?.shape,
    values: scoresIn(answer.outputs, CLASSIFIER.labels),
  };
};
