import { failInGrpc, GRPC_STATUS, grpcFailure, type GrpcWireFactory } from '../grpc-wire.ts';
import {
  MODEL_INFER,
  modelInferRequest,
  modelInferResponse,
  type ModelInferRequest,
} from './messages.ts';
import { inputOf, outputsOf } from './served-model.ts';

/** The inputs of a request with their values, which the message lists separately. */
const tensorsIn = ({ inputs, raw_input_contents: raw = [] }: ModelInferRequest) =>
  inputs.map((input, at) => ({ ...input, bytes: raw[at] ?? new Uint8Array() }));

/**
 * The protocol over gRPC, as far as the middleware speaks it: only inference, with tensors as raw bytes.
 * @param modelVersion - The version of the model in the answers.
 */
export const createGrpcService =
  ({ modelVersion }: { readonly modelVersion: string }): GrpcWireFactory =>
  (manifest) => ({
    [MODEL_INFER]: (message) => {
      const request = modelInferRequest.decode(message);
      const { model } = manifest;
      if (request.model_name !== model.name) {
        return grpcFailure(GRPC_STATUS.NOT_FOUND, `model ${request.model_name} not found`);
      }
      return {
        kind: 'inference',
        protocol: 'grpc',
        form: () => 'raw',
        read: () => inputOf(tensorsIn(request), manifest),
        render: (_form, output) => {
          const outputs = outputsOf(model, output);
          const response = modelInferResponse.encode({
            model_name: model.name,
            model_version: modelVersion,
            id: request.id ?? '',
            outputs: outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
            raw_output_contents: outputs.map(({ bytes }) => bytes),
          });
          return { status: GRPC_STATUS.OK, message: response };
        },
        fail: failInGrpc,
      };
    },
  });
