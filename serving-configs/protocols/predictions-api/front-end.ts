import { randomUUID } from 'node:crypto';
import { bestClasses } from '../../models/best-classes.ts';
import { labelOf } from '../../models/labels.ts';
import { inputShape } from '../../models/tensors/contract-tensors.ts';
import { sizeOfShape } from '../../models/tensors/tensor-model.ts';
import { tensorCall } from '../tensors/tensor-call.ts';
import {
  answered,
  BadInput,
  failInJson,
  type InferenceCall,
  jsonAnswer,
  jsonError,
  scoresOf,
  tensorOf,
  type WireAnswer,
  type WireFactory,
  type WireInput,
} from '../wire.ts';

/** The five best classes by name, best first, as the built-in image classifier answers: text of JSON. */
export const topFive = (probabilities: Float32Array): string => {
  const scores = bestClasses(probabilities).map((one) => [labelOf(one.class), one.score] as const);
  return JSON.stringify(Object.fromEntries(scores), null, 2);
};

/**
 * What a handler makes of a request's bytes. It is not told their type, so that their length says whether they are a tensor.
 * @throws BadInput where there are none.
 */
export const handlerInput = (
  bytes: Uint8Array | undefined,
  shape: readonly number[],
): WireInput => {
  if (bytes === undefined || bytes.length === 0) throw new BadInput('there is no input');
  return bytes.length === 4 * sizeOfShape(shape)
    ? tensorOf(bytes, shape)
    : { kind: 'image', bytes };
};

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
export const createPredictionsWire =
  (jobQueueSize: number): WireFactory =>
  ({ model, health, tensorModel }) => {
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
