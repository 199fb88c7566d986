import { ENCODINGS, PAYLOADS, PROTOCOLS } from '../../serving-configs/manifest.ts';
import { servingNames } from '../../serving-configs/index.ts';

// Plain JSON schemas, whose types typebox infers: its builders would double the time in which a process starts.

const milliseconds = (description: string) =>
  ({ type: 'number', minimum: 0, description }) as const;

/** A result, as both inference routes answer it. */
export const answerSchema = {
  $id: 'Inference',
  description: 'The best classes and where the time went.',
  type: 'object',
  required: ['serving', 'protocol', 'payload', 'encoding', 'top', 'timingsMs'],
  properties: {
    serving: { type: 'string' },
    protocol: { type: 'string', description: `One of ${PROTOCOLS.join(', ')}.` },
    payload: { type: 'string', description: `One of ${PAYLOADS.join(', ')}.` },
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
      description: 'The best classes, best first.',
      items: {
        type: 'object',
        required: ['class', 'label', 'score'],
        properties: {
          class: {
            type: 'integer',
            minimum: 0,
            maximum: 999,
            description: 'Index in ImageNet-1k.',
          },
          label: { type: 'string' },
          score: { type: 'number', minimum: 0, maximum: 1 },
        },
      },
    },
    timingsMs: {
      type: 'object',
      required: ['receive', 'queue', 'decode', 'encode', 'upstream', 'parse', 'total'],
      properties: {
        receive: milliseconds('From the head of the request to the whole image.'),
        queue: milliseconds('Waiting for a turn in this process, and for a thread that decodes.'),
        decode: milliseconds('Image to pixels.'),
        encode: milliseconds('Pixels to the request of the serving.'),
        upstream: milliseconds('From sending the request to the last byte of the answer.'),
        parse: milliseconds('Answer of the serving to classes.'),
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
      description: `What is sent to the serving: ${PAYLOADS.join(', ')}; by default what it is best at.`,
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
  502: 'The serving cannot be reached, failed, or answered something else than its protocol promises.',
  503: 'Too many requests, here or at the serving; Retry-After says when to come back.',
  504: 'The serving did not answer in time.',
});

/** The answers about an uploaded image. */
export const uploadErrors = errors({
  413: 'The image has too many bytes or pixels.',
  415: 'Neither an image nor a form, or a format that is not taken.',
  422: 'Not an image, cut off, or damaged.',
});
