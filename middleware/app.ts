import fastify, { LogController } from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { Registry } from 'prom-client';

import { PROTOCOLS } from '../serving-configs/manifest.ts';
import { Admission } from './admission.ts';
import type { Config } from './config.ts';
import { errorAnswerOf } from './error-answer.ts';
import { RouteUnknown } from './errors.ts';
import { addLoadMetrics, addUsageMetrics } from './metrics/process-metrics.ts';
import { createRequestMetrics } from './metrics/request-metrics.ts';
import { createTargets } from './targets.ts';
import { aloneInGroup } from './process/group.ts';
import type { ProcessGroup } from './process/group.ts';
import { addDocs } from './routes/docs.ts';
import { encodeRoute } from './routes/encode.ts';
import { healthRoutes } from './routes/health.ts';
import { countAnswer, inferenceDecorations, servingOf } from './routes/inference-answer.ts';
import { refuseUpload } from './refuse-upload.ts';
import { inferRoute } from './routes/infer.ts';
import { metricsRoute } from './routes/metrics.ts';
import { randinferRoute } from './routes/randinfer.ts';

const RETRY_AFTER_SECONDS = '1';

export interface App {
  readonly http: FastifyInstance;
}

/**
 * The service of one process, ready to listen, which it does not do by itself.
 * @throws UsageError if the folder of images has none.
 */
export const buildApp = async (
  config: Config,
  group: ProcessGroup = aloneInGroup(),
): Promise<App> => {
  const http = fastify({
    logger: { level: config.logLevel, stream: process.stderr },
    logController: new LogController({ disableRequestLogging: true }),
    // A logger of its own for every request would cost more than all that is ever logged.
    childLoggerFactory: (logger) => logger,
    // What still arrives on an open connection while the process ends is answered; the connection closes after it.
    return503OnClosing: false,
    // An address that cannot be read reaches no route and so no error handler.
    frameworkErrors: (error, _, reply) => {
      const { status, body } = errorAnswerOf(
        error,
        { contentType: undefined, maxImageBytes: 0 },
        undefined,
      );
      // Typed by the schemas of a route, of which there is none here.
      void (reply as FastifyReply).code(status).send(body);
    },
    requestTimeout: config.upstreamTimeoutMs + 60_000,
  });
  const registry = new Registry();
  const label = String(group.number);
  const admission = new Admission(config);
  group.join(registry);
  addUsageMetrics(registry, label);
  const endLoadMetrics = addLoadMetrics(registry, label, admission);
  const targets = createTargets({ ...config, metrics: createRequestMetrics(registry) });
  const context = { config, targets, admission, group };

  http.decorateRequest(inferenceDecorations.visit, null);
  http.decorateRequest(inferenceDecorations.path, null);
  http.setErrorHandler<FastifyError>((error, request, reply) => {
    const contentType = request.headers['content-type'];
    const facts = { contentType, maxImageBytes: config.maxImageBytes };
    const answer = errorAnswerOf(error, facts, servingOf(request));
    const { status, body, fault } = answer;
    if (fault !== undefined) request.log.error(fault);
    countAnswer(request, status, body.code);
    if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
    if (status === 413 && !request.raw.complete) {
      refuseUpload(request, reply, answer);
      return;
    }
    void reply.code(status).send(body);
  });
  http.setNotFoundHandler(({ method, url }) => {
    throw new RouteUnknown(method, url.slice(0, 200));
  });
  http.addHook('onClose', async () => {
    endLoadMetrics();
    await targets.close();
  });

  await addDocs(http);
  for (const protocol of PROTOCOLS) {
    await http.register(inferRoute(context, protocol));
    await http.register(randinferRoute(context, protocol));
    await http.register(encodeRoute(context, protocol));
  }
  await http.register(healthRoutes(config));
  await http.register(metricsRoute(registry, group));
  await http.ready();
  return { http };
};
