import { ENCODINGS, PAYLOADS, PROTOCOLS, TENSORS } from '../../serving-configs/manifest.ts';
import { DATATYPES } from '../../serving-configs/models/tensors/tensor-spec.ts';
import { servingNames } from '../../serving-configs/index.ts';

// Plain JSON schemas: typebox infers their types, while its builders would double the start-up time of a process.

const payloads = [...PAYLOADS, TENSORS].join(', ');

const milliseconds = (description: string) =>
  ({ type: 'number', minimum: 0, description }) as const;

/** A tensor in a JSON body. */
const tensorSchema = {
  type: 'object',
  required: ['name', 'datatype', 'shape'],
  properties: {
    name: { type: 'string' },
    datatype: { type: 'string', description: `One of ${Object.keys(DATATYPES).join(', ')}.` },
    shape: { type: 'array', items: { type: 'integer', minimum: 0 } },
    data: { type: 'array', items: {}, description: 'The values, flat or nested.' },
  },
} as const;

/** A request body with tensors. */
export const inputsSchema = {
  type: 'object',
  required: ['inputs'],
  properties: { inputs: { type: 'array', items: tensorSchema } },
} as const;

/** The result that both inference routes answer. */
export const answerSchema = {
  $id: 'Inference',
  description: 'The best classes, or the outputs of a model, and where the time went.',
  type: 'object',
  required: ['serving', 'protocol', 'payload', 'encoding', 'timingsMs'],
  properties: {
    serving: { type: 'string' },
    protocol: { type: 'string', description: `One of ${PROTOCOLS.join(', ')}.` },
    payload: { type: 'string', description: `One of ${payloads}.` },
    encoding: { type: 'string', description: `One of ${ENCODINGS.join(', ')}.` },
    image: { type: 'string', description: 'File name of the image that was drawn.' },
    trained: {
      type: 'boolean',
      description:
        'False if the weights of the serving are not trained, so that the classes mean nothing. Absent if unknown.',
    },
    top: {
      type: 'array',
      maxItems: 5,
      description: 'The best classes of an image, best first.',
      items: {
        type: 'object',
        required: ['class', 'label', 'score'],
        properties: {
          class: { type: 'integer', minimum: 0, description: 'Index of the class.' },
          label: { type: 'string' },
          score: { type: 'number', minimum: 0, maximum: 1 },
        },
      },
    },
    outputs: {
      type: 'array',
      description:
        'The outputs for the payload tensors, as the Open Inference Protocol writes them.',
      items: tensorSchema,
    },
    timingsMs: {
      type: 'object',
      required: ['receive', 'queue', 'decode', 'encode', 'upstream', 'parse', 'total'],
      properties: {
        receive: milliseconds('From the headers of the request to its last byte.'),
        queue: milliseconds('Waiting for a turn in this process and for a decoding thread.'),
        decode: milliseconds('Decoding the image into pixels, or the body into tensors.'),
        encode: milliseconds('Encoding pixels or tensors as the request for the serving.'),
        upstream: milliseconds('From sending the request to the last byte of the answer.'),
        parse: milliseconds('Reading classes or tensors from the answer of the serving.'),
        total: milliseconds('From the headers of the request to the result, upload included.'),
      },
    },
  },
} as const;

/** Any answer that is not a result. */
export const errorSchema = {
  $id: 'Error',
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string', description: 'A stable code, for programs.' },
    message: { type: 'string', description: 'A sentence, for people.' },
    serving: { type: 'string' },
  },
} as const;

export const servingParamsSchema = {
  type: 'object',
  required: ['serving'],
  properties: {
    serving: { type: 'string', description: `One of ${servingNames.join(', ')}.` },
  },
} as const;

export const targetQuerySchema = {
  type: 'object',
  properties: {
    payload: {
      type: 'string',
      description: `What is sent to the serving: ${payloads}. Each serving has its own default.`,
    },
    encoding: {
      type: 'string',
      description: `How the payload is written: ${ENCODINGS.join(', ')}. Each payload of a serving has its own default.`,
    },
  },
} as const;

const errors = (statuses: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(statuses).map(([status, description]) => [
      status,
      { description, content: { 'application/json': { schema: errorSchema } } },
    ]),
  );

/** Errors that depend on the serving and on the load, not on the upload. */
export const commonErrors = errors({
  400: 'The request is malformed, or the serving does not take its protocol, payload or encoding.',
  404: 'There is no such serving.',
  500: 'The middleware failed.',
  502: 'The serving cannot be reached, failed, or gave an answer that violates its protocol.',
  503: 'Too many requests, here or at the serving; Retry-After says when to come back.',
  504: 'The serving did not answer in time.',
});

/** Errors about an uploaded body. */
export const uploadErrors = errors({
  413: 'The body has too many bytes, or the image too many pixels.',
  415: 'The media type of the body does not belong to the payload.',
  422: 'The body is not an image, is cut off or damaged, or does not hold the inputs of the model.',
});
