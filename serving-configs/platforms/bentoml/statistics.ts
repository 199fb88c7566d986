import {
  prometheusPage,
  type Sample,
  sumAndCount,
  sumOf,
} from '../../protocols/statistics/prometheus-text.ts';
import type { PlatformStatistics } from '../../protocols/statistics/serving-counters.ts';

const MS_PER_SECOND = 1000;
const METRIC = 'bentoml_service_request_duration_seconds';

const isAnswer = ({ endpoint = '', http_response_code }: Sample['labels']): boolean =>
  endpoint.startsWith('/predict') && http_response_code === '200';

/** Right answers of the routes that predict. It tells the whole request alone: queue and model are in it, not apart. */
export default {
  read: (page) => {
    return {
      count: sumOf(page, `${METRIC}_count`, isAnswer) ?? 0,
      requestMs: (sumOf(page, `${METRIC}_sum`, isAnswer) ?? 0) * MS_PER_SECOND,
    };
  },
  write: ({ count, requestMs }) => {
    const labels = {
      endpoint: '/predict',
      http_response_code: '200',
      runner_name: 'ResNet50',
      service_name: 'ResNet50',
      service_version: 'not available',
    };
    return prometheusPage(
      [
        `# TYPE ${METRIC} histogram`,
        ...sumAndCount(METRIC, labels, { sum: requestMs / MS_PER_SECOND, count }),
      ],
      'text/plain; version=1.0.0; charset=utf-8',
    );
  },
} as const satisfies PlatformStatistics;
