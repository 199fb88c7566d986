import { type CounterSample, sumOf } from '../../protocols/statistics/prometheus-text.ts';
import type { ReadStatistics } from '../../protocols/statistics/serving-counters.ts';

const US_PER_MS = 1000;
const REQUEST = ':tensorflow:serving:request_latency';
const RUNTIME = ':tensorflow:serving:runtime_latency';

/**
 * The distributions of wall time in microseconds, from tensorflow_serving/servables/tensorflow/util.cc: requests, which include
 * the parsing of JSON and the runtime. The label is `predict` over REST and `Predict` over gRPC. There is no queue time: without
 * batching, the only queue is that of its threads, which is part of the runtime.
 */
export default ((page, model) => {
  const isPrediction = ({ model_name, API = '' }: CounterSample['labels']): boolean =>
    model_name === model && API.toLowerCase() === 'predict';
  const of = (metric: string): number => sumOf(page, metric, isPrediction);
  return {
    count: of(`${REQUEST}_count`),
    requestMs: of(`${REQUEST}_sum`) / US_PER_MS,
    computeMs: of(`${RUNTIME}_sum`) / US_PER_MS,
  };
}) satisfies ReadStatistics;
