import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';

import { TENSORS } from '../../serving-configs/manifest.ts';
import type { Protocol } from '../../serving-configs/manifest.ts';
import { JSON_TYPE, OCTETS } from '../servings/infer-body.ts';
import { acceptUploads } from '../upload.ts';
import {
  answerSchema,
  commonErrors,
  servingParamsSchema,
  uploadErrors,
  targetQuerySchema,
} from './answer-schema.ts';
import {
  admitted,
  admitUploads,
  answerInference,
  routePrefix,
  tensorAnswer,
  workOf,
} from './inference-answer.ts';
import type { InferenceContext } from './inference-answer.ts';

/** `POST /infer/:serving`: answers the classes of an image, or the outputs for named inputs. */
export const inferRoute =
  (context: InferenceContext, protocol: Protocol): FastifyPluginAsyncTypebox =>
  async (app) => {
    acceptUploads(app, context.config.maxImageBytes, (request) => admitted(request).visit);
    app.post(
      `${routePrefix[protocol]}/infer/:serving`,
      {
        schema: {
          summary: 'Classify an image, or run a model on named tensors',
          description: `The image is the body, or the field "image" of a form. With the payload "${TENSORS}", the default if a user's model is served, the body has "inputs" as the Open Inference Protocol writes them: as JSON, or as JSON followed by the values as bytes (application/octet-stream). The answer has the same format.`,
          params: servingParamsSchema,
          querystring: targetQuerySchema,
          response: {
            200: {
              description: 'The result.',
              content: { [JSON_TYPE]: { schema: answerSchema }, [OCTETS]: { schema: {} } },
            },
            ...commonErrors,
            ...uploadErrors,
          },
        },
        onRequest: admitUploads(context, protocol),
      },
      async (request, reply) => {
        const work = workOf(context, request);
        const { result, head } = await answerInference(context, request, reply, work);
        return 'tensors' in result ? tensorAnswer(reply, result, head) : { ...head, ...result };
      },
    );
  };
