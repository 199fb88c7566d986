import { Type } from 'typebox';

import { ENCODINGS, PAYLOADS, PROTOCOLS } from '../../serving-configs/manifest.ts';
import { servingNames } from '../../serving-configs/index.ts';

const milliseconds = (description: string) => Type.Number({ minimum: 0, description });

/** A result, as both inference routes answer it. */
export const answerSchema = Type.Object(
  {
    serving: Type.String(),
    protocol: Type.String({ description: `One of ${PROTOCOLS.join(', ')}.` }),
    payload: Type.String({ description: `One of ${PAYLOADS.join(', ')}.` }),
    encoding: Type.String({ description: `One of ${ENCODINGS.join(', ')}.` }),
    image: Type.Optional(Type.String({ description: 'File name of the picture that was drawn.' })),
    trained: Type.Optional(
      Type.Boolean({
        description:
          'False where the weights of the serving are not trained: the classes mean nothing. Absent where nobody knows.',
      }),
    ),
    top: Type.Array(
      Type.Object({
        class: Type.Integer({ minimum: 0, maximum: 999, description: 'Index in ImageNet-1k.' }),
        label: Type.String(),
        score: Type.Number({ minimum: 0, maximum: 1 }),
      }),
      { maxItems: 5, description: 'The best classes, best first.' },
    ),
    timingsMs: Type.Object({
      receive: milliseconds('From the head of the request to the whole picture.'),
      queue: milliseconds('Waiting for a turn in this process, and for a thread that decodes.'),
      decode: milliseconds('Picture to pixels.'),
      encode: milliseconds('Pixels to the request of the serving.'),
      upstream: milliseconds('From sending the request to the last byte of the answer.'),
      parse: milliseconds('Answer of the serving to classes.'),
      total: milliseconds('From the head of the request to the result, the upload included.'),
    }),
  },
  { $id: 'Inference', description: 'The best classes and where the time went.' },
);

/** Everything that is not a result. */
export const errorSchema = Type.Object(
  {
    code: Type.String({ description: 'Stays the same; for programs.' }),
    message: Type.String({ description: 'A sentence; for people.' }),
    serving: Type.Optional(Type.String()),
  },
  { $id: 'Error' },
);

export const servingParamsSchema = Type.Object({
  serving: Type.String({ description: `One of ${servingNames.join(', ')}.` }),
});

export const wishSchema = Type.Object({
  payload: Type.Optional(
    Type.String({
      description: `What is sent to the serving: ${PAYLOADS.join(', ')}; by default what it is best at.`,
    }),
  ),
  encoding: Type.Optional(
    Type.String({
      description: `How it is written: ${ENCODINGS.join(', ')}; by default its first.`,
    }),
  ),
});

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

/** The answers about an uploaded picture. */
export const uploadErrors = errors({
  413: 'The image has too many bytes or pixels.',
  415: 'Neither an image nor a form, or a format that is not taken.',
  422: 'Not a picture, cut off, or damaged.',
});
