import { readFileSync } from 'node:fs';
import type { Model } from '../models/model.ts';
import { servedClassesOf, renamed, type ServedModel } from '../models/served-model.ts';
import { readTensors, type NamedTensor } from '../models/tensors/tensor-body.ts';
import { bytesOf, type WireOutput } from '../protocols/wire.ts';
import { fixedValues } from './scores.ts';

/** The outputs of the engines that run no model. They are the same for every input. */
export interface FixedOutputs {
  readonly correct: WireOutput;
  readonly wrongShape: WireOutput;
  readonly nan: WireOutput;
}

/** Fills a tensor of floats with NaN: in every float type, a number whose bits are all 1 is NaN. */
const filledWithNaN = (tensor: NamedTensor): NamedTensor =>
  tensor.datatype === 'FP32' || tensor.datatype === 'FP16'
    ? { ...tensor, bytes: new Uint8Array(tensor.bytes.length).fill(0xff) }
    : tensor;

/** The outputs in place of a model: fixed scores of all classes, or the answer to the example of the model. */
export const fixedOutputs = (served: ServedModel, model: Model): FixedOutputs => {
  if (model.example !== undefined) {
    const { tensors } = readTensors(readFileSync(model.example.answer), 'outputs');
    const correct = renamed(tensors, model.outputs, served.outputs);
    return {
      correct,
      // One dimension too many.
      wrongShape: correct.map((tensor) => ({ ...tensor, shape: [1, ...tensor.shape] })),
      nan: correct.map(filledWithNaN),
    };
  }
  const { scores, labels } = servedClassesOf(served);
  const bytes = bytesOf(fixedValues(scores, labels.names.length));
  const correct = served.outputs.map((spec) => ({ ...spec, bytes }));
  return {
    correct,
    // No classes at all: with one class fewer, an answer with the best five would still be complete.
    wrongShape: correct.map((tensor) => ({ ...tensor, shape: [1, 0], bytes: new Uint8Array(0) })),
    nan: correct.map(filledWithNaN),
  };
};
