import type { ServingManifest } from '../manifest.ts';
import { boundaryOf, formFields, isMultipart } from '../wire-form.ts';
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
import { commonHeaders, error, notFound, pong, predictionFailed } from './answers.ts';
import { inputOfFields, topFive } from './handler.ts';

/** `max_request_size` of the default configuration. */
const MAX_BODY_BYTES = 6_553_500;

/** In what the front ends that share this API differ. */
export interface FrontEnd {
  /** What is said of a model whose queue is full. */
  readonly noWorker: (model: string) => string;
  /** For what follows the model's name in a path; undefined where the model answers. */
  readonly refusePath: (model: string, segments: readonly string[]) => WireAnswer | undefined;
}

const answered = (answer: WireAnswer): DirectAnswer => ({ kind: 'answer', answer });

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

const failureAnswer = (noWorker: string, failure: WireFailure): WireAnswer => {
  switch (failure.kind) {
    // Handlers let the decoder's exception through.
    case 'bad-image':
      return predictionFailed();
    case 'overloaded':
      return error(503, 'ServiceUnavailableException', noWorker);
    case 'failed':
      return error(500, 'InternalServerException', 'Worker died.');
    default:
      return failure satisfies never;
  }
};

/**
 * The inference API `/predictions/{model}` of a front end written in Java that hands requests to workers in Python, with
 * an image classifier whose handler also takes raw tensors (`application/octet-stream`, 32-bit little-endian floats).
 * Either may come as a field of a form. Statuses and words are those recorded from the releases of the manifests.
 */
export const createPredictionsWire = (
  { model: { name, layout } }: ServingManifest,
  { noWorker, refusePath }: FrontEnd,
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
    fail: (failure) => failureAnswer(noWorker(name), failure),
  });

  return {
    route: ({ method, path, headers }, ready) => {
      const [, area, model, ...behind] = (path.split('?')[0] ?? '').split('/');
      if (area === 'ping' && model === undefined) return answered(pong(ready));
      if (area !== 'predictions' || model === undefined) return answered(notFound());
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
      const refusal = refusePath(name, behind);
      if (refusal !== undefined) return answered(refusal);
      return inference(String(headers['content-type'] ?? ''));
    },
  };
};
