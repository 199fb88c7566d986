import { TENSORS } from '../../serving-configs/manifest.ts';
import {
  predictionResponse,
  PREDICTIONS,
  predictionsRequestBefore,
} from '../../serving-configs/platforms/torchserve/messages.ts';
import { inferBody, readOutputs } from './infer-body.ts';
import { joinWritten } from './input-tensor.ts';
import { predictions, readScores } from './predictions.ts';
import { readMessage } from './read-answer.ts';
import { unsupported, type Codec, type ServingCodecs, type ServingRequest } from './serving.ts';

/** The request field that handlers read first. */
const FIELD = 'data';

const NO_WORKER = /has no worker to serve/;
const REFUSED = /(?:ModelNotFoundException|ModelVersionNotFoundException|BadRequestException)/;

/** A `Predictions` call whose input is given in parts. */
const requestOf = (
  { name }: { readonly name: string },
  { body, release }: Pick<ServingRequest, 'body' | 'release'>,
): ServingRequest => {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  const head = predictionsRequestBefore(name, FIELD, length);
  const request = {
    method: 'POST',
    path: PREDICTIONS,
    headers: {},
    body: [head, ...body],
  } as const;
  return release === undefined ? request : { ...request, release };
};

/**
 * `Predictions` over gRPC: the input is a field of a map of bytes, the answer is the text of the handler. With a user's model, both are
 * binary bodies of the Open Inference Protocol.
 */
const grpc: Codec = {
  encode(input, encoding, model) {
    if (encoding !== 'raw' || input.payload === 'tensor_fullsize') {
      throw unsupported(input.payload, encoding, model);
    }
    if (input.payload === TENSORS) return requestOf(model, inferBody(input.tensors, 'binary'));
    if (input.payload === 'image') return requestOf(model, { body: [input.bytes] });
    return requestOf(model, joinWritten([input.image.asBytes()]));
  },

  decode: ({ headers, body }, model, payload) => {
    const { prediction } = readMessage(predictionResponse, body);
    return payload === TENSORS
      ? readOutputs({ headers, body: prediction }, model)
      : { kind: 'classes', classes: readScores(prediction, model) };
  },

  /** TorchServe reports nearly every failure as INTERNAL; only the details tell them apart. */
  meaningOf: (code, details) => {
    // The handler threw an exception, usually because it cannot read the input.
    if (code === 'UNAVAILABLE' && details.startsWith('Prediction failed')) return 'rejected';
    if (code !== 'INTERNAL') return undefined;
    if (NO_WORKER.test(details)) return 'overloaded';
    return REFUSED.test(details) ? 'rejected' : undefined;
  },
};

export default { ...predictions, grpc } satisfies ServingCodecs;
