import { readFileSync } from 'node:fs';
import type { ModelContract } from '../manifest.ts';
import { readTensors, type NamedTensor } from '../models/tensors/tensor-body.ts';
import type { TensorModel } from '../models/tensors/tensor-model.ts';
import type { WireOutput } from '../protocols/wire.ts';
import { fixedValues } from './scores.ts';

/** The outputs of the engines that run no model. They are the same for every input. */
export interface FixedOutputs {
  readonly correct: WireOutput;
  readonly wrongShape: WireOutput;
  readonly nan: WireOutput;
}

/** The outputs in place of the classifier. */
export const fixedScores = ({ output }: Pick<ModelContract, 'output'>): FixedOutputs => {
  const correct = fixedValues(output);
  return {
    correct,
    // No classes at all: with one class fewer, an answer with the best five would still be complete.
    wrongShape: new Float32Array(0),
    nan: new Float32Array(correct.length).fill(Number.NaN),
  };
};

/** Fills a tensor of floats with NaN: in every float type, a number whose bits are all 1 is NaN. */
const filledWithNaN = (tensor: NamedTensor): NamedTensor =>
  tensor.datatype === 'FP32' || tensor.datatype === 'FP16'
    ? { ...tensor, bytes: new Uint8Array(tensor.bytes.length).fill(0xff) }
    : tensor;

/** The outputs in place of a user's model: the answer to its example. The wrong shape has one dimension too many. */
export const fixedTensors = ({ example }: Pick<TensorModel, 'example'>): FixedOutputs => {
  const { tensors } = readTensors(readFileSync(example.answer), 'outputs');
  return {
    correct: tensors,
    wrongShape: tensors.map((tensor) => ({ ...tensor, shape: [1, ...tensor.shape] })),
    nan: tensors.map(filledWithNaN),
  };
};
