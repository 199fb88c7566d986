import { type Sample, sumOf } from '../../protocols/statistics/prometheus-text.ts';
import type { ReadStatistics } from '../../protocols/statistics/serving-counters.ts';

const US_PER_MS = 1000;
const REQUEST = ':tensorflow:serving:request_latency';
const RUNTIME = ':tensorflow:serving:runtime_latency';

/**
 * Its distributions of wall time in microseconds, from tensorflow_serving/servables/tensorflow/util.cc: a request, with the
 * parsing of JSON, and the runtime inside it. Over REST the label is `predict`, over gRPC `Predict`. It tells no queue: without
 * batching there is none but the one of its threads, which is inside the runtime.
 */
export default ((page, model) => {
  const fits = ({ model_name, API = '' }: Sample['labels']): boolean =>
    model_name === model && API.toLowerCase() === 'predict';
  const of = (metric: string): number => sumOf(page, metric, fits);
  return {
    count: of(`${REQUEST}_count`),
    requestMs: of(`${REQUEST}_sum`) / US_PER_MS,
    computeMs: of(`${RUNTIME}_sum`) / US_PER_MS,
  };
}) satisfies ReadStatistics;
