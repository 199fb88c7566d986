import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Agent } from 'undici';

import { isServingName, knownServings, manifestOf } from '../../serving-configs/index.ts';
import type { ServingName } from '../../serving-configs/index.ts';
import type { Config } from '../config.ts';
import { NotReady, UnknownServing } from '../errors.ts';
import { errorSchema } from './answer-schema.ts';

/** A serving that needs longer to say that it is well is not ready. */
const PROBE_TIMEOUT_MS = 2000;

/** Where a serving says whether its model can answer. */
const healthUrlOf = (serving: ServingName, config: Config): URL => {
  const { rest, health } = manifestOf(serving, config.tensorModel?.name);
  const url = new URL(health.path, config.servingUrls[serving].rest);
  // An overridden address stands for the port of the requests; another port for health keeps its number.
  if (health.port !== rest.port) url.port = String(health.port);
  return url;
};

/** `/health/live` says that this process answers, `/health/ready` that the servings do too. */
export const healthRoutes =
  (config: Config): FastifyPluginAsyncTypebox =>
  async (app) => {
    const agent = new Agent({ keepAliveTimeout: 1000, connectTimeout: PROBE_TIMEOUT_MS });
    let isClosing = false;
    app.addHook('preClose', async () => {
      isClosing = true;
    });
    app.addHook('onClose', async () => {
      await agent.destroy();
    });

    const isReady = async (serving: ServingName): Promise<boolean> => {
      const { origin, pathname } = healthUrlOf(serving, config);
      try {
        const { statusCode, body } = await agent.request({
          origin,
          path: pathname,
          method: 'GET',
          signal: AbortSignal.timeout(Math.min(PROBE_TIMEOUT_MS, config.upstreamTimeoutMs)),
        });
        await body.dump();
        return statusCode === 200;
      } catch {
        return false;
      }
    };

    app.get(
      '/health/live',
      {
        schema: {
          summary: 'Does this process answer?',
          response: {
            200: {
              type: 'object',
              required: ['live'],
              properties: { live: { type: 'boolean' } },
            },
          },
        },
      },
      async () => ({ live: true }),
    );

    app.get(
      '/health/ready',
      {
        schema: {
          summary: 'Can requests be answered?',
          querystring: {
            type: 'object',
            properties: {
              serving: {
                type: 'string',
                description:
                  'Ask this one only; by default those that SERVING_URLS names, or all where it names none.',
              },
            },
          },
          response: {
            200: {
              type: 'object',
              required: ['ready'],
              properties: { ready: { type: 'array', items: { type: 'string' } } },
            },
            404: errorSchema,
            503: errorSchema,
          },
        },
      },
      async ({ query: { serving } }) => {
        if (serving !== undefined && !isServingName(serving)) {
          throw new UnknownServing(serving, knownServings().join(', '));
        }
        if (isClosing) throw new NotReady('this process is about to end');
        const asked = serving === undefined ? config.expectedServings : [serving];
        const answers = await Promise.all(asked.map(isReady));
        const absent = asked.filter((_, index) => answers[index] !== true);
        if (absent.length > 0) {
          const hint = serving === undefined ? ' (?serving= asks for one alone)' : '';
          throw new NotReady(`${absent.join(', ')}${hint}`);
        }
        return { ready: [...asked] };
      },
    );
  };
