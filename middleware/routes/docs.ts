import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

import { JSON_TYPE, OCTETS } from '../servings/named-tensors.ts';
import { FORM_MEDIA_TYPE, IMAGE_MEDIA_TYPES } from '../upload.ts';
import { inputsSchema } from './answer-schema.ts';

const file = { type: 'string', format: 'binary' };

/** The bodies of an upload. In the schema of the route, Fastify would validate the received bytes against them. */
const uploadBody = {
  content: {
    ...Object.fromEntries(IMAGE_MEDIA_TYPES.map((type) => [type, { schema: file }])),
    [OCTETS]: { schema: file },
    [JSON_TYPE]: { schema: inputsSchema },
    [FORM_MEDIA_TYPE]: {
      schema: { type: 'object', required: ['image'], properties: { image: file } },
    },
  },
};

/** Adds `/docs`: the API description made from the schemas of the routes, with a page to try it. Needs no network. */
export const addDocs = async (app: FastifyInstance): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'serving-compare middleware',
        description: 'One API in front of every serving under comparison.',
        version: '1',
      },
    },
    transform: ({ schema, url, route }) => ({
      schema: route.method === 'POST' ? { ...schema, body: uploadBody } : (schema ?? {}),
      url,
    }),
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
};
