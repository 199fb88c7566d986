import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';

import type { Protocol } from '../../serving-configs/manifest.ts';
import { acceptUploads } from '../upload.ts';
import {
  answerSchema,
  commonErrors,
  servingParamsSchema,
  uploadErrors,
  wishSchema,
} from './answer-schema.ts';
import { admit, answerInference, receivedImage, routePrefix } from './inference-answer.ts';
import type { InferenceContext } from './inference-answer.ts';

/** `POST /infer/:serving`: the classes of the image that was sent. */
export const inferRoute =
  (context: InferenceContext, protocol: Protocol): FastifyPluginAsyncTypebox =>
  async (app) => {
    acceptUploads(app, context.config.maxImageBytes);
    app.post(
      `${routePrefix[protocol]}/infer/:serving`,
      {
        schema: {
          summary: 'Classify an image',
          description: 'The image is the body, or the field "image" of a form.',
          params: servingParamsSchema,
          querystring: wishSchema,
          response: { 200: answerSchema, ...commonErrors, ...uploadErrors },
        },
        onRequest: (request, reply, done) => {
          admit(context, protocol, request, reply);
          done();
        },
      },
      async (request, reply) =>
        answerInference(context, request, reply, receivedImage(context, request)),
    );
  };
