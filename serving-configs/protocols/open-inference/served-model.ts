import type { ModelContract } from '../../manifest.ts';
import { contractTensors } from '../../models/tensors/contract-tensors.ts';
import type { NamedTensor } from '../../models/tensors/tensor-body.ts';
import type { TensorModel } from '../../models/tensors/tensor-model.ts';
import { classifierInput, tensorsInput } from '../tensors/tensor-call.ts';
import { bytesOf, type ServedManifest, type WireInput, type WireOutput } from '../wire.ts';

/** The names, types and shapes of the classifier's tensors. */
const tensorsOf = (model: ModelContract): Pick<TensorModel, 'inputs' | 'outputs'> => {
  const tensors = contractTensors(model);
  if (tensors === undefined) throw new Error(`the manifest of ${model.name} names no tensors`);
  return tensors;
};

/**
 * Checks the inputs of a user's model, or the input of the classifier.
 * @throws BadInput if they do not fit the model.
 */
export const inputOf = (
  tensors: Parameters<typeof tensorsInput>[0],
  { model, tensorModel }: ServedManifest,
): WireInput =>
  tensorModel === undefined
    ? classifierInput(tensors, tensorsOf(model).inputs)
    : tensorsInput(tensors, tensorModel);

/** The model's output as named tensors. The classifier's scores get the name from the manifest. */
export const outputsOf = (model: ModelContract, output: WireOutput): readonly NamedTensor[] =>
  output instanceof Float32Array
    ? tensorsOf(model).outputs.map((spec) => ({
        ...spec,
        shape: [1, output.length],
        bytes: bytesOf(output),
      }))
    : output;
