import type { TensorModel } from '../../serving-configs/models/tensors/tensor-model.ts';
import { readOutputs, tensorRequest } from './named-tensors.ts';
import type { TensorCodec } from './serving.ts';

/**
 * The named tensors of a user's model for the applications that this project runs on platforms which have no protocol of their own
 * for them: the body of the Open Inference Protocol to a route of the platform.
 */
export const applicationTensors = (pathOf: (model: TensorModel) => string) =>
  ({
    rest: {
      encode: (inputs, encoding, model) => tensorRequest(pathOf(model), inputs, encoding, model),
      decode: readOutputs,
    },
  }) as const satisfies { readonly rest: TensorCodec };
