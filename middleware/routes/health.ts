import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Agent } from 'undici';

import { idOf, manifestOf } from '../../serving-configs/index.ts';
import type { Serving } from '../../serving-configs/index.ts';
import { manifestModelOf } from '../../serving-configs/models/model.ts';
import { withTimeLimit } from '../../serving-configs/time-limit.ts';
import type { Config } from '../config.ts';
import { NotReady, UnknownServing } from '../errors.ts';
import { errorSchema } from './answer-schema.ts';

/** A serving that does not answer its health check within this time is not ready. */
const PROBE_TIMEOUT_MS = 2000;

/** The URL at which a serving tells whether its model is ready. */
const healthUrlOf = (serving: Serving, config: Config): URL => {
  const { rest, health } = manifestOf(serving, manifestModelOf(config.model));
  const url = new URL(health.path, config.servingUrls[idOf(serving)].rest);
  // SERVING_URLS overrides the port of requests. If health has a port of its own, that one stays.
  if (health.port !== rest.port) url.port = String(health.port);
  return url;
};

/** `/health/live` tells that this process answers; `/health/ready` tells that its servings answer too. */
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

    const isReady = async (serving: Serving): Promise<boolean> => {
      const { origin, pathname } = healthUrlOf(serving, config);
      try {
        const limitMs = Math.min(PROBE_TIMEOUT_MS, config.upstreamTimeoutMs);
        return await withTimeLimit(limitMs, undefined, async (signal) => {
          const { statusCode, body } = await agent.request({
            origin,
            path: pathname,
            method: 'GET',
            signal,
          });
          await body.dump();
          return statusCode === 200;
        });
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
                  'The only serving to probe; by default those in SERVING_URLS, or all if it is empty.',
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
        const ids = serving === undefined ? config.expectedServings : [serving];
        const probed = ids.map((id) => {
          const known = config.servings.get(id);
          if (known !== undefined) return known;
          throw new UnknownServing(id, [...config.servings.keys()].join(', '));
        });
        if (isClosing) throw new NotReady('this process is about to end');
        const answers = await Promise.all(probed.map(isReady));
        const notReady = ids.filter((_, index) => answers[index] !== true);
        if (notReady.length > 0) {
          const hint = serving === undefined ? ' (?serving= probes a single one)' : '';
          throw new NotReady(`${notReady.join(', ')}${hint}`);
        }
        return { ready: [...ids] };
      },
    );
  };
