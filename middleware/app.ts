import fastify, { LogController } from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { Registry } from 'prom-client';

import { PROTOCOLS } from '../serving-configs/manifest.ts';
import { Admission } from './admission.ts';
import type { Config } from './config.ts';
import { errorAnswerOf, refuseUnparsed, refuseUpload } from './error-answer.ts';
import { RouteUnknown } from './errors.ts';
import { addLoadMetrics, addUsageMetrics } from './metrics/process-metrics.ts';
import { createRequestMetrics } from './metrics/request-metrics.ts';
import { createTargets } from './targets.ts';
import { singleProcess } from './process/group.ts';
import type { ProcessGroup } from './process/group.ts';
import { addDocs } from './routes/docs.ts';
import { encodeRoute } from './routes/encode.ts';
import { healthRoutes } from './routes/health.ts';
import { countAnswer, inferenceDecorations, servingOf } from './routes/inference-answer.ts';
import { inferRoute } from './routes/infer.ts';
import { metricsRoute } from './routes/metrics.ts';
import { randinferRoute } from './routes/randinfer.ts';

const RETRY_AFTER_SECONDS = '1';

export type App = FastifyInstance;

/**
 * Builds the HTTP service of one process. It does not listen yet.
 * @throws UsageError if the image folder is empty or cannot be read.
 */
export const buildApp = async (
  config: Config,
  group: ProcessGroup = singleProcess(),
): Promise<App> => {
  const app = fastify({
    logger: { level: config.logLevel, stream: process.stderr },
    logController: new LogController({ disableRequestLogging: true }),
    // A child logger for every request would cost more than everything that is ever logged.
    childLoggerFactory: (logger) => logger,
    // While the process ends, requests on open connections are still answered; the connection closes afterwards.
    return503OnClosing: false,
    // A URL that cannot be parsed reaches no route, and so not the error handler below.
    frameworkErrors: (error, _, reply) => {
      const { status, body } = errorAnswerOf(error, undefined, undefined);
      // The type of `reply` depends on the schemas of a route, and there is no route here.
      void (reply as FastifyReply).code(status).send(body);
    },
    clientErrorHandler: refuseUnparsed,
    requestTimeout: config.upstreamTimeoutMs + 60_000,
    // The schemas only describe the routes, which check their parameters themselves. Compiling them would double the time to start.
    schemaController: {
      compilersFactory: {
        // Its type has what only Ajv's own functions need.
        buildValidator: () => () => (() => true) as never,
        buildSerializer: () => () => JSON.stringify,
      },
    },
  });
  const registry = new Registry();
  const label = String(group.number);
  const admission = new Admission(config);
  group.join(registry);
  addUsageMetrics(registry, label);
  const endLoadMetrics = addLoadMetrics(registry, label, admission);
  const targets = createTargets({ ...config, metrics: createRequestMetrics(registry) });
  const context = { config, targets, admission, group };

  app.decorateRequest(inferenceDecorations.visit, null);
  app.decorateRequest(inferenceDecorations.target, null);
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const contentType = request.headers['content-type'];
    const answer = errorAnswerOf(error, contentType, servingOf(config, request));
    const { status, body, upstreamStatus, fault } = answer;
    if (fault !== undefined) request.log.error(fault);
    countAnswer(request, status, body.code);
    if (upstreamStatus !== undefined) reply.header('infer-upstream-status', upstreamStatus);
    if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
    // Fastify closes the connection of a body that is refused while it arrives.
    const isRefused = status === 413 || status === 503;
    if (isRefused && reply.hasHeader('connection') && !request.raw.complete) {
      refuseUpload(request, reply, answer);
      return;
    }
    void reply.code(status).header('infer-code', body.code).send(body);
  });
  app.setNotFoundHandler(({ method, url }) => {
    throw new RouteUnknown(method, url.slice(0, 200));
  });
  app.addHook('onClose', async () => {
    endLoadMetrics();
    await targets.close();
  });

  addDocs(app);
  for (const protocol of PROTOCOLS) {
    await app.register(inferRoute(context, protocol));
    await app.register(randinferRoute(context, protocol));
    await app.register(encodeRoute(context, protocol));
  }
  await app.register(healthRoutes(config));
  await app.register(metricsRoute(registry, group));
  await app.ready();
  return app;
};
