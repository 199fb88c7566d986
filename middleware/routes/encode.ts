import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';

import type { Protocol } from '../../serving-configs/manifest.ts';
import { encodeRequest } from '../inference.ts';
import { OCTETS } from '../servings/named-tensors.ts';
import { acceptUploads } from '../upload.ts';
import { commonErrors, servingParamsSchema, uploadErrors, wishSchema } from './answer-schema.ts';
import { admitted, admitUploads, routePrefix, workOf } from './inference-answer.ts';
import type { InferenceContext } from './inference-answer.ts';

/**
 * `POST /encode/:serving`: the request that the serving would get for the image or the tensors, without sending it. Whoever sends it
 * to the serving, byte for byte, measures the serving without this middleware: the bypass run of the benchmark.
 */
export const encodeRoute =
  (context: InferenceContext, protocol: Protocol): FastifyPluginAsyncTypebox =>
  async (app) => {
    acceptUploads(app, context.config.maxImageBytes);
    app.post(
      `${routePrefix[protocol]}/encode/:serving`,
      {
        schema: {
          summary: 'The request that a serving would get',
          description:
            'The answer is the body of that request; the header "serving-request" has its method, path and headers as JSON.',
          params: servingParamsSchema,
          querystring: wishSchema,
          response: {
            200: {
              description: 'The body of the request.',
              content: { [OCTETS]: { schema: {} } },
            },
            ...commonErrors,
            ...uploadErrors,
          },
        },
        onRequest: admitUploads(context, protocol),
      },
      async (request, reply) => {
        const inside = admitted(request);
        const work = workOf(context, request, inside);
        const { request: encoded } = await encodeRequest(inside.target, work, inside.visit);
        const { method, path, headers, body } = encoded;
        // A copy: the parts may be memory that the next request is written into.
        const whole = Buffer.concat(body);
        encoded.release?.();
        return reply
          .header('serving-request', JSON.stringify({ method, path, headers }))
          .type(OCTETS)
          .send(whole);
      },
    );
  };
