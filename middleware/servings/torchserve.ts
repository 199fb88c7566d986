import { TENSORS } from '../../serving-configs/manifest.ts';
import { writeTensors } from '../../serving-configs/models/tensors/tensor-body.ts';
import {
  predictionResponse,
  PREDICTIONS,
  predictionsRequestBefore,
} from '../../serving-configs/platforms/torchserve/messages.ts';
import { unsupported } from './encoding-error.ts';
import { readOutputs } from './named-tensors.ts';
import { predictions, readScores } from './predictions.ts';
import { readMessage } from './read-message.ts';
import type { GrpcCodec, ServingCodecs, ServingRequest, TensorCodec } from './serving.ts';
import { tensorBytes } from './tensor-bytes.ts';

/** The field of a request that handlers look at first. */
const FIELD = 'data';

const NO_WORKER = /has no worker to serve/;
const REFUSED = /(?:ModelNotFoundException|ModelVersionNotFoundException|BadRequestException)/;

/** A request with the parts of its input. */
const requestOf = (
  { name }: { readonly name: string },
  parts: readonly Uint8Array[],
): ServingRequest => {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = predictionsRequestBefore(name, FIELD, length);
  return { method: 'POST', path: PREDICTIONS, headers: {}, body: [head, ...parts] };
};

/** `Predictions` over gRPC: the input in one field of a map of bytes, the handler's text as the answer. */
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

  /** Nearly every failure comes as an internal error; its words tell which. */
  meaningOf: (code, details) => {
    // An exception of the handler, most often at an input that it cannot read.
    if (code === 'UNAVAILABLE' && details.startsWith('Prediction failed')) return 'rejected';
    if (code !== 'INTERNAL') return undefined;
    if (NO_WORKER.test(details)) return 'overloaded';
    return REFUSED.test(details) ? 'rejected' : undefined;
  },
};

/** The body of REST, with its values as bytes, in the one field and as the answer. */
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
