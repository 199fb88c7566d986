import { failInGrpc, GRPC_STATUS, grpcFailure, type GrpcWireFactory } from '../grpc-wire.ts';
import { inputShape } from '../../models/tensors/contract-tensors.ts';
import { tensorsInput } from '../tensors/tensor-call.ts';
import { BadInput, type ServedManifest, tensorOf, type WireInput } from '../wire.ts';
import {
  MODEL_INFER,
  modelInferRequest,
  modelInferResponse,
  type ModelInferRequest,
} from './messages.ts';
import { isInputOf, outputsOf } from './served-model.ts';

/** The inputs of a request, whose values are beside them as bytes; but for a user's model, the first alone. */
const read = (
  { inputs, raw_input_contents: raw = [] }: ModelInferRequest,
  { model, tensorModel }: ServedManifest,
): WireInput => {
  const tensors = inputs.map((input, at) => ({ ...input, bytes: raw[at] ?? new Uint8Array() }));
  if (tensorModel !== undefined) return tensorsInput(tensors, tensorModel);
  const [input] = tensors;
  if (input === undefined || !isInputOf(model, input)) throw new BadInput('unexpected input');
  return tensorOf(input.bytes, inputShape(model));
};

/**
 * The protocol over gRPC, as the middleware speaks it: inference alone, tensors as bytes.
 * @param version - Of the model, in the answers.
 */
export const createGrpcService =
  (version: string): GrpcWireFactory =>
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
        read: () => read(request, manifest),
        render: (_form, output) => {
          const outputs = outputsOf(model, output);
          const response = modelInferResponse.encode({
            model_name: model.name,
            model_version: version,
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
