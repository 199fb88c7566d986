import {
  prometheusPage,
  type Sample,
  sumAndCount,
  sumOf,
} from '../../protocols/statistics/prometheus-text.ts';
import type { PlatformStatistics } from '../../protocols/statistics/serving-counters.ts';

const MS_PER_SECOND = 1000;
const INFER = 'model_infer_request_duration';
const REST = 'rest_server_request_duration_seconds';
const GRPC = 'grpc_server_handling_seconds';
const PATH = '/v2/models/{model_name}/infer';

const isInference = ({ path = '', grpc_method }: Sample['labels']): boolean =>
  path.endsWith('/infer') || grpc_method === 'ModelInfer';

/** A request in its REST or its gRPC server, and the model inside it; it tells no queue. */
export default {
  read: (page, model) => {
    const of = (metric: string, fits: (labels: Sample['labels']) => boolean): number =>
      sumOf(page, metric, fits) ?? 0;
    const isOfModel = (labels: Sample['labels']): boolean => labels['model'] === model;
    const requestSeconds = of(`${REST}_sum`, isInference) + of(`${GRPC}_sum`, isInference);
    return {
      count: of(`${INFER}_count`, isOfModel),
      requestMs: requestSeconds * MS_PER_SECOND,
      computeMs: of(`${INFER}_sum`, isOfModel) * MS_PER_SECOND,
    };
  },
  write: ({ count, requestMs, computeMs }, model) => {
    const request = { app_name: 'mlserver', method: 'POST', path: PATH, status_code: '200' };
    return prometheusPage(
      [
        `# TYPE ${INFER} summary`,
        ...sumAndCount(
          INFER,
          { model, version: 'None' },
          { sum: computeMs / MS_PER_SECOND, count },
        ),
        `# TYPE ${REST} histogram`,
        ...sumAndCount(REST, request, { sum: requestMs / MS_PER_SECOND, count }),
      ],
      'text/plain; version=1.0.0; charset=utf-8',
    );
  },
} as const satisfies PlatformStatistics;
