import { type CounterSample, sumOf } from '../../protocols/statistics/prometheus-text.ts';
import type { ReadStatistics } from '../../protocols/statistics/serving-counters.ts';

const MS_PER_SECOND = 1000;
const METRIC = 'bentoml_service_request_duration_seconds';

const isAnswer = ({ endpoint = '', http_response_code }: CounterSample['labels']): boolean =>
  endpoint.startsWith('/predict') && http_response_code === '200';

/** Successful predictions. BentoML only reports the duration of the request, which includes queue and model. */
export default ((page) => ({
  count: sumOf(page, `${METRIC}_count`, isAnswer),
  requestMs: sumOf(page, `${METRIC}_sum`, isAnswer) * MS_PER_SECOND,
})) satisfies ReadStatistics;
