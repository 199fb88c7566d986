import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';

import { TENSORS } from '../../serving-configs/manifest.ts';
import type { Protocol } from '../../serving-configs/manifest.ts';
import type { Classes } from '../image-work.ts';
import type { Work } from '../inference.ts';
import { JSON_TYPE, OCTETS } from '../servings/named-tensors.ts';
import type { Outputs } from '../tensor-work.ts';
import { acceptUploads } from '../upload.ts';
import {
  answerSchema,
  commonErrors,
  servingParamsSchema,
  uploadErrors,
  wishSchema,
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

/** `POST /infer/:serving`: the classes of the image, or the outputs for the inputs, that were sent. */
export const inferRoute =
  (context: InferenceContext, protocol: Protocol): FastifyPluginAsyncTypebox =>
  async (app) => {
    acceptUploads(app, context.config.maxImageBytes);
    app.post(
      `${routePrefix[protocol]}/infer/:serving`,
      {
        schema: {
          summary: 'Classify an image, or ask a model with named tensors',
          description: `The image is the body, or the field "image" of a form. With the payload "${TENSORS}", the default where a user's model is served, the body has "inputs" as JSON, or as JSON with the values as bytes behind it (application/octet-stream), as the Open Inference Protocol writes them; the answer is of the same kind.`,
          params: servingParamsSchema,
          querystring: wishSchema,
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
        const inside = admitted(request);
        const work: Work<Classes | Outputs> = workOf(context, request, inside);
        const { result, head } = await answerInference(context, reply, inside, work);
        return 'tensors' in result ? tensorAnswer(reply, result, head) : { ...head, ...result };
      },
    );
  };
