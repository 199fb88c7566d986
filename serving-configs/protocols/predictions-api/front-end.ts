import { randomUUID } from 'node:crypto';
import { bestClasses } from '../../models/best-classes.ts';
import { servedClassesOf, type ServedModel } from '../../models/served-model.ts';
import { sizeOfShape } from '../../models/tensors/tensor-spec.ts';
import { callOf } from '../tensors/tensor-call.ts';
import {
  answered,
  BadInput,
  failInJson,
  type InferenceCall,
  jsonAnswer,
  jsonError,
  scoresOf,
  floatsInput,
  type WireAnswer,
  type WireFactory,
  type WireInput,
} from '../wire.ts';

/** The JSON that the built-in image classifier answers: scores by class name, the best five in descending order. */
export const topFive = (probabilities: Float32Array, model: ServedModel): string => {
  const { labels } = servedClassesOf(model);
  const scores = bestClasses(probabilities).map(
    ({ class: index, score }) => [labels.nameOf(index), score] as const,
  );
  return JSON.stringify(Object.fromEntries(scores), null, 2);
};

/**
 * Reads the bytes of a request as a handler does. It does not know their media type, so it recognises a tensor by its length.
 * @throws BadInput if there are no bytes.
 */
export const handlerInput = (bytes: Uint8Array | undefined, model: ServedModel): WireInput => {
  if (bytes === undefined || bytes.length === 0) throw new BadInput('there is no input');
  const [input] = model.inputs;
  return bytes.length === 4 * sizeOfShape(input?.shape ?? [])
    ? floatsInput(model, bytes)
    : { kind: 'image', bytes };
};

/** The body of an answer to whether it is healthy. */
export const HEALTHY = JSON.stringify({ status: 'Healthy' }, null, 2);

/** A result of this family of front ends. */
export const frontEndAnswer = (
  body: Uint8Array | string,
  headers: WireAnswer['headers'] = {},
): WireAnswer => ({
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
 * The inference API `/predictions/{model}` of a Java front end that passes requests on to Python workers. The handler is an image
 * classifier that also takes raw tensors (little-endian 32-bit floats). The statuses were recorded from the releases that the
 * manifests name.
 *
 * @param jobQueueSize - How many requests may wait, besides the one that the worker processes.
 */
export const createPredictionsWire =
  ({ jobQueueSize }: { readonly jobQueueSize: number }): WireFactory =>
  ({ health, served }) => {
    const classes: InferenceCall = {
      kind: 'inference',
      protocol: 'rest',
      form: () => 'top-five',
      read: (body) => handlerInput(body, served),
      render: (_form, output) => frontEndAnswer(topFive(scoresOf(output), served)),
      // The handler does not catch the decoder's exception.
      fail: failInJson({ badInput: 503 }),
    };
    const inference = callOf(served, classes, (body, type) =>
      frontEndAnswer(body, { 'content-type': type }),
    );

    return {
      takesAtMost: 1 + jobQueueSize,
      refusesExpectations: true,
      route: ({ path }) => {
        if (path === health.path) return answered(jsonAnswer(200, HEALTHY));
        if (path === `/predictions/${served.name}`) return inference;
        return path.startsWith('/predictions/')
          ? answered(jsonError(404, 'model not found'))
          : undefined;
      },
    };
  };
