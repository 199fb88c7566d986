import { TENSORS } from '../../serving-configs/manifest.ts';
import { writeTensors } from '../../serving-configs/models/tensors/tensor-body.ts';
import {
  predictionResponse,
  PREDICTIONS,
  predictionsRequestBefore,
} from '../../serving-configs/platforms/torchserve/messages.ts';
import { readOutputs } from './named-tensors.ts';
import { predictions, readScores } from './predictions.ts';
import { readMessage } from './read-message.ts';
import {
  unsupported,
  type GrpcCodec,
  type ServingCodecs,
  type ServingRequest,
  type TensorCodec,
} from './serving.ts';
import { tensorBytes } from './tensor-bytes.ts';

/** The request field that handlers read first. */
const FIELD = 'data';

const NO_WORKER = /has no worker to serve/;
const REFUSED = /(?:ModelNotFoundException|ModelVersionNotFoundException|BadRequestException)/;

/** A `Predictions` call whose input is given in parts. */
const requestOf = (
  { name }: { readonly name: string },
  parts: readonly Uint8Array[],
): ServingRequest => {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = predictionsRequestBefore(name, FIELD, length);
  return { method: 'POST', path: PREDICTIONS, headers: {}, body: [head, ...parts] };
};

/** `Predictions` over gRPC: the input is a field of a map of bytes, the answer is the text of the handler. */
const grpc: GrpcCodec = {
  encode(input, encoding, model) {
    if (encoding !== 'raw' || input.payload === 'tensor_fullsize') {
      throw unsupported(input.payload, encoding, model);
    }
    if (input.payload === 'image') return requestOf(model, [input.bytes]);
    const { bytes, release } = tensorBytes(input.pixels, model.layout);
    return { ...requestOf(model, [bytes]), release };
  },

  decode: ({ body }) => readScores(readMessage(predictionResponse, body).prediction),

  /** TorchServe reports nearly every failure as INTERNAL; only the details tell them apart. */
  meaningOf: (code, details) => {
    // The handler threw an exception, usually because it cannot read the input.
    if (code === 'UNAVAILABLE' && details.startsWith('Prediction failed')) return 'rejected';
    if (code !== 'INTERNAL') return undefined;
    if (NO_WORKER.test(details)) return 'overloaded';
    return REFUSED.test(details) ? 'rejected' : undefined;
  },
};

/** Sends and receives the binary REST body of tensors as the field and the answer. */
const grpcTensors: TensorCodec = {
  encode(inputs, encoding, model) {
    if (encoding !== 'raw') throw unsupported(TENSORS, encoding, model);
    return requestOf(model, writeTensors(inputs, 'inputs', 'binary').body);
  },

  decode: ({ headers, body }, model) =>
    readOutputs({ headers, body: readMessage(predictionResponse, body).prediction }, model),
};

export default {
  ...predictions,
  grpc,
  tensors: { ...predictions.tensors, grpc: grpcTensors },
} satisfies ServingCodecs;
