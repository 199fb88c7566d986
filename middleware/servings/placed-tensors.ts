import type { ModelContract } from '../../serving-configs/manifest.ts';
import { placedModel, renamed } from '../../serving-configs/models/tensors/placed-tensors.ts';
import type { TensorModel } from '../../serving-configs/models/tensors/tensor-model.ts';
import type { TensorCodec } from './serving.ts';

/** Wraps the codec of a server that knows tensors by position instead of by name; returns any other codec unchanged. */
export const placedCodec = (
  codec: TensorCodec,
  contract: ModelContract,
  model: TensorModel,
): TensorCodec => {
  const placed = placedModel(contract, model);
  return placed === model
    ? codec
    : {
        encode: (inputs, encoding) =>
          codec.encode(renamed(inputs, model.inputs, placed.inputs), encoding, placed),
        decode: (response) =>
          renamed(codec.decode(response, placed), placed.outputs, model.outputs),
      };
};
