import type { ModelContract } from '../../serving-configs/manifest.ts';
import { placedModel, renamed } from '../../serving-configs/models/tensors/placed-tensors.ts';
import type { TensorModel } from '../../serving-configs/models/tensors/tensor-model.ts';
import type { TensorCodec } from './serving.ts';

/** A codec for a server that has places for tensors instead of names; of others the codec as it is. */
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
