import type { FastifyPluginAsync } from 'fastify';
import type { Registry } from 'prom-client';

import type { ProcessGroup } from '../process/group.ts';

/** `GET /metrics`: answers the metrics of all processes, whichever of them gets the request. */
export const metricsRoute =
  (registry: Registry, group: ProcessGroup): FastifyPluginAsync =>
  async (app) => {
    app.get(
      '/metrics',
      { schema: { summary: 'Metrics of all processes in the text format of Prometheus' } },
      async (_, reply) => {
        reply.header('content-type', registry.contentType);
        return group.collect();
      },
    );
  };
