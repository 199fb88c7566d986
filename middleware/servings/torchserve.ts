import { indexOf } from '../../serving-configs/models/labels.ts';
import {
  predictionResponse,
  PREDICTIONS,
  predictionsRequest,
} from '../../serving-configs/torchserve/messages.ts';
import { unsupported } from './encoding-error.ts';
import { asObject, readJson } from './read-json.ts';
import { readMessage } from './read-message.ts';
import {
  MalformedAnswer,
  type Codec,
  type GrpcCodec,
  type ScoredClass,
  type ServingCodecs,
  type ServingRequest,
} from './serving.ts';
import { tensorBytes } from './tensor-bytes.ts';

const TOP = 5;

/** The five best classes by name, with their probabilities. */
const readScores = (body: Uint8Array): readonly ScoredClass[] => {
  const answer = Object.entries(asObject(readJson(body), 'The answer'));
  if (answer.length === 0) throw new MalformedAnswer('The answer names no class.');
  const scored = answer.map(([label, score]): ScoredClass => {
    const index = indexOf(label);
    if (index === undefined) {
      throw new MalformedAnswer(`The answer names "${label.slice(0, 80)}", which is no class.`);
    }
    if (typeof score !== 'number' || !(score >= 0 && score <= 1)) {
      throw new MalformedAnswer(`The score of "${label}" is not a probability.`);
    }
    return { class: index, score };
  });
  return scored.sort((one, other) => other.score - one.score).slice(0, TOP);
};

/**
 * TorchServe's inference API: `POST /predictions/{model}` with the input as the raw body. The handler answers the five
 * best classes by name. A media type is always sent: without one some clients add a form type, which the server tries
 * to parse.
 */
const rest: Codec = {
  encode(input, encoding, model) {
    const path = `/predictions/${model.name}`;
    if (encoding === 'raw' && input.payload === 'image') {
      const headers = { 'content-type': input.mediaType };
      return { method: 'POST', path, headers, body: [input.bytes] };
    }
    if (encoding === 'raw' && input.payload === 'tensor') {
      const headers = { 'content-type': 'application/octet-stream' };
      const { bytes, release } = tensorBytes(input.pixels, model);
      return { method: 'POST', path, headers, body: [bytes], release };
    }
    throw unsupported(input.payload, encoding, model);
  },

  decode: ({ body }) => readScores(body),
};

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
      body: [predictionsRequest.encode({ model_name: model.name, input: { [FIELD]: bytes } })],
    });
    if (input.payload === 'image') return request(input.bytes);
    const { bytes, release } = tensorBytes(input.pixels, model);
    const encoded = request(bytes);
    release();
    return encoded;
  },

  decode: ({ body }) => readScores(readMessage(predictionResponse, body).prediction),

  /** Every failure comes as an internal error; its words tell which. */
  meaningOf: (code, details) => {
    if (code !== 'INTERNAL') return undefined;
    if (NO_WORKER.test(details)) return 'overloaded';
    return REFUSED.test(details) ? 'rejected' : undefined;
  },
};

export default { rest, grpc } satisfies ServingCodecs;
