import fastify from 'fastify';
import type { FastifyInstance, RouteOptions } from 'fastify';

import { JSON_TYPE, OCTETS } from '../servings/infer-body.ts';
import { FORM_MEDIA_TYPE, IMAGE_MEDIA_TYPES } from '../upload.ts';
import { inputsSchema } from './answer-schema.ts';

const PREFIX = '/docs';

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

/** The pages of `/docs`, as an app of their own. */
const buildPages = async (routes: readonly RouteOptions[]): Promise<FastifyInstance> => {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ]);
  const pages = fastify();
  await pages.register(swagger, {
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
  await pages.register(swaggerUi, { routePrefix: PREFIX });
  for (const { method, url, schema, handler } of routes) {
    pages.route({ method, url, schema, handler });
  }
  await pages.ready();
  return pages;
};

/**
 * Adds `/docs`: the API description made from the schemas of the routes that are added after it, with a page to try it. Needs no
 * network. The modules that make the pages are loaded when somebody asks for one: they take as long to load as half of the middleware.
 */
export const addDocs = (middleware: FastifyInstance): void => {
  const routes: RouteOptions[] = [];
  let pages: Promise<FastifyInstance> | undefined;
  for (const url of [PREFIX, `${PREFIX}/*`]) {
    middleware.get(url, async (request, reply) => {
      pages ??= buildPages(routes);
      const app = await pages;
      reply.hijack();
      app.routing(request.raw, reply.raw);
    });
  }
  middleware.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD') routes.push(route);
  });
};
