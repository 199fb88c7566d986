import { randomUUID } from 'node:crypto';
import { inputShape } from '../../models/tensors/contract-tensors.ts';
import { tensorCall } from '../tensors/tensor-call.ts';
import {
  answered,
  failInJson,
  type InferenceCall,
  jsonAnswer,
  jsonError,
  scoresOf,
  type ServedManifest,
  type Wire,
  type WireAnswer,
} from '../wire.ts';
import { handlerInput, topFive } from './handler.ts';

const answer = (body: Uint8Array | string, headers: WireAnswer['headers'] = {}): WireAnswer => ({
  status: 200,
  headers: {
    'x-request-id': randomUUID(),
    pragma: 'no-cache',
    'cache-control': 'no-cache; no-store, must-revalidate, private',
    expires: 'Thu, 01 Jan 1970 00:00:00 UTC',
    ...headers,
  },
  body,
});

/**
 * The inference API `/predictions/{model}` of a front end written in Java that hands requests to workers in Python, with
 * an image classifier whose handler also takes raw tensors (32-bit little-endian floats) and tells them by their length.
 * Statuses are those recorded from the releases of the manifests.
 *
 * @param jobQueueSize - Of its configuration: how many requests wait beside the one that its worker has.
 */
export const createPredictionsWire = (
  { model, health, tensorModel }: ServedManifest,
  jobQueueSize: number,
): Wire => {
  const images: InferenceCall = {
    kind: 'inference',
    protocol: 'rest',
    form: () => 'top-five',
    read: (body) => handlerInput(body, inputShape(model)),
    render: (_form, output) => answer(topFive(scoresOf(output))),
    // Handlers let the decoder's exception through.
    fail: failInJson({ badInput: 503 }),
  };
  const inference =
    tensorModel === undefined
      ? images
      : tensorCall(images, tensorModel, (body, type) => answer(body, { 'content-type': type }));

  return {
    takesAtMost: 1 + jobQueueSize,
    route: ({ path }) => {
      if (path === health.path) return answered(jsonAnswer(200, '{}'));
      if (path === `/predictions/${model.name}`) return inference;
      return path.startsWith('/predictions/')
        ? answered(jsonError(404, 'model not found'))
        : undefined;
    },
  };
};
