import { readFileSync } from 'node:fs';
import type { ModelContract } from '../manifest.ts';
import { readTensors, type NamedTensor } from '../models/tensors/tensor-body.ts';
import type { TensorModel } from '../models/tensors/tensor-model.ts';
import type { WireOutput } from '../protocols/wire.ts';
import { fixedValues } from './scores.ts';

/** What the engines without a network answer, whatever they are asked. */
export interface FixedOutputs {
  readonly right: WireOutput;
  readonly wrongShape: WireOutput;
  readonly nan: WireOutput;
}

/** As {@link fixedValues} has them. */
export const fixedScores = ({ output }: Pick<ModelContract, 'output'>): FixedOutputs => {
  const right = fixedValues(output);
  return {
    right,
    // No classes at all, since an answer of the best five cannot be one class short.
    wrongShape: new Float32Array(0),
    nan: new Float32Array(right.length).fill(Number.NaN),
  };
};

/** Numbers of all ones are NaN in every type that knows it. */
const withoutNumbers = (tensor: NamedTensor): NamedTensor =>
  tensor.datatype === 'FP32' || tensor.datatype === 'FP16'
    ? { ...tensor, bytes: new Uint8Array(tensor.bytes.length).fill(0xff) }
    : tensor;

/** The example's answer of a user's model; of a wrong shape it has one dimension too many. */
export const fixedTensors = ({ example }: Pick<TensorModel, 'example'>): FixedOutputs => {
  const { tensors } = readTensors(readFileSync(example.answer), 'outputs');
  return {
    right: tensors,
    wrongShape: tensors.map((tensor) => ({ ...tensor, shape: [1, ...tensor.shape] })),
    nan: tensors.map(withoutNumbers),
  };
};
