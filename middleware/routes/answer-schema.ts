import { ENCODINGS, PAYLOADS, PROTOCOLS, TENSORS } from '../../serving-configs/manifest.ts';
import { CLASS_COUNT } from '../../serving-configs/models/labels.ts';
import { DATATYPES } from '../../serving-configs/models/tensors/tensor-model.ts';
import { servingNames } from '../../serving-configs/index.ts';

// Plain JSON schemas, whose types typebox infers: its builders would double the time in which a process starts.

const payloads = [...PAYLOADS, TENSORS].join(', ');

const milliseconds = (description: string) =>
  ({ type: 'number', minimum: 0, description }) as const;

/** One tensor of a body in JSON. */
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

/** Tensors as the body of a request. */
export const inputsSchema = {
  type: 'object',
  required: ['inputs'],
  properties: { inputs: { type: 'array', items: tensorSchema } },
} as const;

/** A result, as both inference routes answer it. */
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
        'False where the weights of the serving are not trained: the classes mean nothing. Absent where nobody knows.',
    },
    top: {
      type: 'array',
      maxItems: 5,
      description: 'Of an image: the best classes, best first.',
      items: {
        type: 'object',
        required: ['class', 'label', 'score'],
        properties: {
          class: {
            type: 'integer',
            minimum: 0,
            maximum: CLASS_COUNT - 1,
            description: 'Index of the class.',
          },
          label: { type: 'string' },
          score: { type: 'number', minimum: 0, maximum: 1 },
        },
      },
    },
    outputs: {
      type: 'array',
      description: 'Of the payload tensors: as the Open Inference Protocol writes them.',
      items: tensorSchema,
    },
    timingsMs: {
      type: 'object',
      required: ['receive', 'queue', 'decode', 'encode', 'upstream', 'parse', 'total'],
      properties: {
        receive: milliseconds('From the head of the request to its last byte.'),
        queue: milliseconds('Waiting for a turn in this process, and for a thread that decodes.'),
        decode: milliseconds('Image to pixels; body to tensors.'),
        encode: milliseconds('Pixels or tensors to the request of the serving.'),
        upstream: milliseconds('From sending the request to the last byte of the answer.'),
        parse: milliseconds('Answer of the serving to classes or tensors.'),
        total: milliseconds('From the head of the request to the result, the upload included.'),
      },
    },
  },
} as const;

/** Everything that is not a result. */
export const errorSchema = {
  $id: 'Error',
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string', description: 'Stays the same; for programs.' },
    message: { type: 'string', description: 'A sentence; for people.' },
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

export const wishSchema = {
  type: 'object',
  properties: {
    payload: {
      type: 'string',
      description: `What is sent to the serving: ${payloads}; by default what it is best at.`,
    },
    encoding: {
      type: 'string',
      description: `How it is written: ${ENCODINGS.join(', ')}; by default its first.`,
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

/** The answers of an inference that depend on the serving and on the load, not on the upload. */
export const commonErrors = errors({
  400: 'The request lacks something, has too much of it, or asks for what the serving does not take.',
  404: 'No such serving.',
  500: 'A fault of the middleware.',
  502: 'The serving cannot be reached, failed, or gave an answer that violates its protocol.',
  503: 'Too many requests, here or at the serving; Retry-After says when to come back.',
  504: 'The serving did not answer in time.',
});

/** The answers about an uploaded body. */
export const uploadErrors = errors({
  413: 'The body has too many bytes, or the image too many pixels.',
  415: 'Not of a type that the payload is made of.',
  422: 'Not an image, cut off, or damaged; or not the inputs of the model.',
});
