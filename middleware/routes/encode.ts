import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';

import type { Protocol } from '../../serving-configs/manifest.ts';
import { encodeRequest } from '../inference.ts';
import { OCTETS } from '../servings/infer-body.ts';
import { acceptUploads } from '../upload.ts';
import {
  commonErrors,
  servingParamsSchema,
  uploadErrors,
  targetQuerySchema,
} from './answer-schema.ts';
import { admitted, admitUploads, routePrefix, workOf } from './inference-answer.ts';
import type { InferenceContext } from './inference-answer.ts';

/**
 * `POST /encode/:serving`: answers the request that the serving would get, without sending it. A bypass run of the benchmark
 * sends these bytes straight to the serving, to measure it without the middleware.
 */
export const encodeRoute =
  (context: InferenceContext, protocol: Protocol): FastifyPluginAsyncTypebox =>
  async (app) => {
    acceptUploads(app, context.config.maxImageBytes, (request) => admitted(request).visit);
    app.post(
      `${routePrefix[protocol]}/encode/:serving`,
      {
        schema: {
          summary: 'The request that a serving would get',
          description:
            'The answer is the body of that request; the header "serving-request" has its method, path and headers as JSON.',
          params: servingParamsSchema,
          querystring: targetQuerySchema,
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
        const { target, visit } = admitted(request);
        const work = workOf(context, request);
        const { request: encoded } = await encodeRequest(target, work, visit);
        const { method, path, headers, body } = encoded;
        // A copy, because the next request may reuse the memory of the parts.
        const bytes = Buffer.concat(body);
        encoded.release?.();
        return reply
          .header('serving-request', JSON.stringify({ method, path, headers }))
          .type(OCTETS)
          .send(bytes);
      },
    );
  };
