import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';

import { TENSORS } from '../../serving-configs/manifest.ts';
import type { Protocol } from '../../serving-configs/manifest.ts';
import { RequestInvalid } from '../errors.ts';
import { drawFrom, readImages } from '../random-images.ts';
import { imageWork } from '../work.ts';
import {
  answerSchema,
  commonErrors,
  servingParamsSchema,
  targetQuerySchema,
} from './answer-schema.ts';
import { admitRequests, admitted, answerInference, routePrefix } from './inference-answer.ts';
import type { InferenceContext } from './inference-answer.ts';

/** `GET /randinfer/:serving`: answers the classes of a random image of the data set, as in the study of 2021. */
export const randinferRoute =
  (context: InferenceContext, protocol: Protocol): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { config, group } = context;
    const images = readImages(config.imagesDir);
    // Each process has its own seed; otherwise they would all send the same image at about the same time.
    const draw = drawFrom(images, config.seed + group.number);
    app.get(
      `${routePrefix[protocol]}/randinfer/:serving`,
      {
        schema: {
          summary: 'Classify a random image of the data set',
          params: servingParamsSchema,
          querystring: targetQuerySchema,
          response: { 200: answerSchema, ...commonErrors },
        },
        onRequest: admitRequests(context, protocol),
      },
      async (request, reply) => {
        const { file, bytes } = draw();
        const { target } = admitted(request);
        if (target.payload === TENSORS || target.image === undefined) {
          throw new RequestInvalid('This route draws images, not tensors; send tensors to /infer.');
        }
        const work = imageWork(target, target.image, bytes);
        const { result, head } = await answerInference(context, request, reply, work);
        return { ...head, ...result, image: file };
      },
    );
  };
