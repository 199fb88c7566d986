import {
  predictionResponse,
  PREDICTIONS,
  predictionsRequestBefore,
} from '../../serving-configs/platforms/torchserve/messages.ts';
import { unsupported } from './encoding-error.ts';
import { predictions, readScores } from './predictions.ts';
import { readMessage } from './read-message.ts';
import type { GrpcCodec, ServingCodecs, ServingRequest } from './serving.ts';
import { tensorBytes } from './tensor-bytes.ts';

/** The field of a request that handlers look at first. */
const FIELD = 'data';

const NO_WORKER = /has no worker to serve/;
const REFUSED = /(?:ModelNotFoundException|ModelVersionNotFoundException|BadRequestException)/;

/** `Predictions` over gRPC: the input in one field of a map of bytes, the handler's text as the answer. */
const grpc: GrpcCodec = {
  encode(input, encoding, model) {
    if (encoding !== 'raw' || input.payload === 'tensor_fullsize') {
      throw unsupported(input.payload, encoding, model);
    }
    const request = (bytes: Uint8Array): ServingRequest => ({
      method: 'POST',
      path: PREDICTIONS,
      headers: {},
      body: [predictionsRequestBefore(model.name, FIELD, bytes.length), bytes],
    });
    if (input.payload === 'image') return request(input.bytes);
    const { bytes, release } = tensorBytes(input.pixels, model);
    return { ...request(bytes), release };
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

export default { rest: predictions, grpc } satisfies ServingCodecs;
