import { randomUUID } from 'node:crypto';
import type { ServingManifest } from '../manifest.ts';
import {
  floatsOf,
  sizeOfShape,
  WireRefusal,
  type DirectAnswer,
  type InferenceCall,
  type Wire,
  type WireAnswer,
  type WireFailure,
  type WireInput,
} from '../wire.ts';
import { boundaryOf, formFields, isMultipart } from './form-fields.ts';
import { inputOfFields, noWorker, topFive } from './handler.ts';

const VERSION = '1.0';
/** `max_request_size` of the default configuration. */
const MAX_BODY_BYTES = 6_553_500;

/** Headers of every answer, as the 0.12.0 release sends them. */
const commonHeaders = () => ({
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

const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });

const notFound = (): DirectAnswer =>
  answered(
    error(
      404,
      'ResourceNotFoundException',
      'Requested resource is not found, please refer to API document.',
    ),
  );

const predictionFailed = (): WireAnswer =>
  error(503, 'InternalServerException', 'Prediction failed');

const undecodable = (message: string): WireRefusal =>
  new WireRefusal(error(500, 'ErrorDataDecoderException', message));

const readForm = (body: Uint8Array, contentType: string, shape: readonly number[]): WireInput => {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) throw undecodable('Needs a boundary value');
  const fields = formFields(body, boundary);
  const input = inputOfFields((name) => fields.get(name), shape);
  if (input === undefined) throw new WireRefusal(predictionFailed());
  return input;
};

const readBody = (body: Uint8Array, contentType: string, shape: readonly number[]): WireInput => {
  if (body.length > MAX_BODY_BYTES) {
    throw new WireRefusal({ status: 413, headers: { connection: 'close' }, body: '' });
  }
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    throw undecodable('The body is not what its content type says');
  }
  if (isMultipart(contentType)) return readForm(body, contentType, shape);
  if (!contentType.startsWith('application/octet-stream')) return { kind: 'image', bytes: body };
  // A custom handler reads the raw bytes; NumPy refuses to reshape any other number of them.
  if (body.length !== 4 * sizeOfShape(shape)) throw new WireRefusal(predictionFailed());
  return { kind: 'tensor', values: floatsOf(body), shape };
};

const failureAnswer = (model: string, failure: WireFailure): WireAnswer => {
  switch (failure.kind) {
    // The built-in handler lets the decoder's exception through.
    case 'bad-image':
      return predictionFailed();
    case 'overloaded':
      return error(503, 'ServiceUnavailableException', noWorker(model));
    case 'failed':
      return error(500, 'InternalServerException', 'Worker died.');
    default:
      return failure satisfies never;
  }
};

/**
 * TorchServe 0.12's inference API with an image classifier whose handler also takes raw tensors
 * (`application/octet-stream`, 32-bit little-endian floats). Either may come as a field of a form.
 */
const createWire = (manifest: ServingManifest): Wire => {
  const { name, layout } = manifest.model;
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
    fail: (failure) => failureAnswer(name, failure),
  });

  return {
    route: ({ method, path, headers }, ready) => {
      const [, area, model, version, ...rest] = (path.split('?')[0] ?? '').split('/');
      if (area === 'ping' && model === undefined) {
        // Real workers may be dead while the front end says "Healthy"; here it waits, as the manifest promises.
        return answered({
          status: ready ? 200 : 503,
          headers: { ...commonHeaders(), 'content-type': 'application/json' },
          body: json({ status: ready ? 'Healthy' : 'Unhealthy' }),
        });
      }
      if (area !== 'predictions' || model === undefined || rest.length > 0) return notFound();
      if (!['POST', 'PUT', 'GET', 'DELETE'].includes(method)) {
        return answered(
          error(
            405,
            'MethodNotAllowedException',
            'Requested method is not allowed, please refer to API document.',
          ),
        );
      }
      if (model !== name) {
        return answered(error(404, 'ModelNotFoundException', `Model not found: ${model}`));
      }
      if (version !== undefined && version !== VERSION) {
        return answered(
          error(
            404,
            'ModelVersionNotFoundException',
            `Model version: ${version} does not exist for model: ${name}`,
          ),
        );
      }
      return inference(String(headers['content-type'] ?? ''));
    },
  };
};

export default createWire;
