import type { ModelContract } from '../../serving-configs/manifest.ts';
import { numberedModel, renamed } from '../../serving-configs/models/tensors/numbered-tensors.ts';
import type { TensorModel } from '../../serving-configs/models/tensors/tensor-model.ts';
import type { TensorCodec } from './serving.ts';

/** Wraps the codec of a server that knows tensors by position instead of by name; returns any other codec unchanged. */
export const numberedCodec = (
  codec: TensorCodec,
  contract: ModelContract,
  model: TensorModel,
): TensorCodec => {
  const numbered = numberedModel(contract, model);
  return numbered === model
    ? codec
    : {
        encode: (inputs, encoding) =>
          codec.encode(renamed(inputs, model.inputs, numbered.inputs), encoding, numbered),
        decode: (response) =>
          renamed(codec.decode(response, numbered), numbered.outputs, model.outputs),
      };
};
