import type { ServingManifest } from '../../manifest.ts';
import { GRPC_STATUS, grpcFailure, type GrpcAnswer, type GrpcWireFactory } from '../grpc-wire.ts';
import { BadInput, bytesOf, failWith, inputShape, tensorOf, type WireInput } from '../wire.ts';
import {
  MODEL_INFER,
  modelInferRequest,
  modelInferResponse,
  type ModelInferRequest,
} from './messages.ts';
import { isInputOf, tensorsOf } from './served-model.ts';

/** The one input of a request, whose values are beside it as bytes. */
const read = (
  { inputs, raw_input_contents: [bytes = new Uint8Array()] = [] }: ModelInferRequest,
  model: ServingManifest['model'],
): WireInput => {
  const [input] = inputs;
  if (input === undefined || !isInputOf(model, input)) throw new BadInput('unexpected input');
  return tensorOf(bytes, inputShape(model));
};

/**
 * The protocol over gRPC, as the middleware speaks it: inference alone, tensors as bytes.
 * @param version - Of the model, in the answers.
 */
export const createGrpcService =
  (version: string): GrpcWireFactory =>
  ({ model }) => ({
    [MODEL_INFER]: (message) => {
      const request = modelInferRequest.decode(message);
      if (request.model_name !== model.name) {
        return grpcFailure(GRPC_STATUS.NOT_FOUND, `model ${request.model_name} not found`);
      }
      return {
        kind: 'inference',
        protocol: 'grpc',
        form: () => 'raw',
        read: () => read(request, model),
        render: (_form, values) => ({
          status: GRPC_STATUS.OK,
          message: modelInferResponse.encode({
            model_name: model.name,
            model_version: version,
            id: request.id ?? '',
            outputs: [
              { name: tensorsOf(model).output, datatype: 'FP32', shape: [1, values.length] },
            ],
            raw_output_contents: [bytesOf(values)],
          }),
        }),
        fail: failWith<GrpcAnswer>({
          badInput: (details) => ({ status: GRPC_STATUS.INVALID_ARGUMENT, details }),
          overloaded: () => ({ status: GRPC_STATUS.UNAVAILABLE, details: 'too many requests' }),
          failed: (details) => ({ status: GRPC_STATUS.INTERNAL, details }),
        }),
      };
    },
  });
