import { randomUUID } from 'node:crypto';
import { inputShape } from '../../models/tensors/contract-tensors.ts';
import { tensorCall, withBody } from '../tensors/tensor-call.ts';
import {
  answered,
  failWith,
  type InferenceCall,
  scoresOf,
  type ServedManifest,
  type Wire,
  type WireAnswer,
} from '../wire.ts';
import { handlerInput, topFive } from './handler.ts';

/** Headers of every answer. */
const commonHeaders = (): Readonly<Record<string, string>> => ({
  'x-request-id': randomUUID(),
  pragma: 'no-cache',
  'cache-control': 'no-cache; no-store, must-revalidate, private',
  expires: 'Thu, 01 Jan 1970 00:00:00 UTC',
});

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Every error of the front end closes the connection. */
const error = (code: number, type: string, message: string): WireAnswer => ({
  status: code,
  headers: { ...commonHeaders(), 'content-type': 'application/json', connection: 'close' },
  body: json({ code, type, message }),
});

const answer = (body: string): WireAnswer => ({ status: 200, headers: commonHeaders(), body });

/** In what the front ends that share this API differ. */
interface FrontEnd {
  /** `job_queue_size` of its configuration: how many requests wait beside the one that its worker has. */
  readonly jobQueueSize: number;
  /** What is said of a model whose queue is full. */
  readonly noWorker: (model: string) => string;
}

/**
 * The inference API `/predictions/{model}` of a front end written in Java that hands requests to workers in Python, with
 * an image classifier whose handler also takes raw tensors (32-bit little-endian floats) and tells them by their length.
 * Statuses are those recorded from the releases of the manifests.
 */
export const createPredictionsWire = (
  { model, health, tensorModel }: ServedManifest,
  { jobQueueSize, noWorker }: FrontEnd,
): Wire => {
  const images: InferenceCall = {
    kind: 'inference',
    protocol: 'rest',
    form: () => 'top-five',
    read: (body) => handlerInput(body, inputShape(model)),
    render: (_form, output) => answer(topFive(scoresOf(output))),
    fail: failWith({
      // Handlers let the decoder's exception through.
      badInput: () => error(503, 'InternalServerException', 'Prediction failed'),
      overloaded: () => error(503, 'ServiceUnavailableException', noWorker(model.name)),
      failed: () => error(500, 'InternalServerException', 'Worker died.'),
    }),
  };
  const inference =
    tensorModel === undefined
      ? images
      : tensorCall(images, tensorModel, (body, type) => withBody(answer(''), body, type));

  return {
    takesAtMost: 1 + jobQueueSize,
    route: ({ path }) => {
      if (path === health.path) {
        const headers = { ...commonHeaders(), 'content-type': 'application/json' };
        return answered({ status: 200, headers, body: json({ status: 'Healthy' }) });
      }
      if (path === `/predictions/${model.name}`) return inference;
      return path.startsWith('/predictions/')
        ? answered(error(404, 'ModelNotFoundException', 'Model not found'))
        : undefined;
    },
  };
};
