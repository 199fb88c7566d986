import { randomUUID } from 'node:crypto';
import type { ServingManifest } from '../../manifest.ts';
import { boundaryOf, formFields, isMultipart } from '../wire-form.ts';
import {
  answered,
  failWith,
  type InferenceCall,
  type Wire,
  type WireAnswer,
  type WireInput,
  WireRefusal,
} from '../wire.ts';
import { inputOfFields, topFive } from './handler.ts';

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

const notFound = (): WireAnswer => error(404, 'ResourceNotFoundException', 'not found');

/** For whatever goes wrong inside of a handler. */
const predictionFailed = (): WireAnswer =>
  error(503, 'InternalServerException', 'Prediction failed');

const methodNotAllowed = (): WireAnswer =>
  error(405, 'MethodNotAllowedException', 'method not allowed');

/** For a request whose worker ended under it. */
const workerDied = (): WireAnswer => error(500, 'InternalServerException', 'Worker died.');

/** Of `/ping`. Real workers may be dead while the front end says "Healthy"; here it waits, as the manifests promise. */
const pong = (ready: boolean): WireAnswer => ({
  status: ready ? 200 : 503,
  headers: { ...commonHeaders(), 'content-type': 'application/json' },
  body: json({ status: ready ? 'Healthy' : 'Unhealthy' }),
});

/** `max_request_size` of the default configuration. */
const MAX_BODY_BYTES = 6_553_500;

/** In what the front ends that share this API differ. */
interface FrontEnd {
  /** `job_queue_size` of its configuration: how many requests wait beside the one that its worker has. */
  readonly jobQueueSize: number;
  /** What is said of a model whose queue is full. */
  readonly noWorker: (model: string) => string;
  /** The version that paths may name behind the model; absent where they name none. */
  readonly version?: string;
}

const readBody = (body: Uint8Array, contentType: string, shape: readonly number[]): WireInput => {
  if (body.length > MAX_BODY_BYTES) {
    throw new WireRefusal({ status: 413, headers: { connection: 'close' }, body: '' });
  }
  // Without what separates the parts of a form, the body is taken as it is.
  const boundary = isMultipart(contentType) ? boundaryOf(contentType) : undefined;
  const fields = boundary === undefined ? new Map([['body', body]]) : formFields(body, boundary);
  const input = inputOfFields((name) => fields.get(name), shape);
  if (input === undefined) throw new WireRefusal(predictionFailed());
  return input;
};

/**
 * The inference API `/predictions/{model}` of a front end written in Java that hands requests to workers in Python, with
 * an image classifier whose handler also takes raw tensors (32-bit little-endian floats) and tells them by their length.
 * Either may come as a field of a form. Statuses are those recorded from the releases of the manifests.
 */
export const createPredictionsWire = (
  { model: { name, layout } }: ServingManifest,
  { jobQueueSize, noWorker, version }: FrontEnd,
): Wire => {
  const shape = layout === 'NCHW' ? [1, 3, 224, 224] : [1, 224, 224, 3];

  const inference = (contentType: string): InferenceCall => ({
    kind: 'inference',
    protocol: 'rest',
    form: () => 'top-five',
    read: (body) => readBody(body, contentType, shape),
    render: (_form, values) => ({
      status: 200,
      headers: commonHeaders(),
      body: topFive(values),
    }),
    fail: failWith({
      // Handlers let the decoder's exception through.
      badImage: predictionFailed,
      overloaded: () => error(503, 'ServiceUnavailableException', noWorker(name)),
      failed: workerDied,
    }),
  });

  return {
    takesAtMost: 1 + jobQueueSize,
    route: ({ method, path, headers }, ready) => {
      const target = path.split('?')[0] ?? '';
      const [, area, model, asked = version] = target.replace(/\/+$/, '').split('/');
      if (area === undefined) return answered(methodNotAllowed());
      if (area === 'ping') return answered(pong(ready));
      if (area !== 'predictions' || model === undefined) return answered(notFound());
      // Every other method makes a prediction; this one describes it.
      if (method === 'OPTIONS') return answered(methodNotAllowed());
      if (model !== name || (version !== undefined && asked !== version)) {
        return answered(error(404, 'ModelNotFoundException', `Model not found: ${model}`));
      }
      return inference(String(headers['content-type'] ?? ''));
    },
  };
};
