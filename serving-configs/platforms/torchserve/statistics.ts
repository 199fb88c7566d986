import { sumsOf } from '../../protocols/statistics/prometheus-text.ts';
import type { ReadStatistics } from '../../protocols/statistics/serving-counters.ts';

const US_PER_MS = 1000;
const REQUESTS = 'ts_inference_requests_total';
const LATENCY = 'ts_inference_latency_microseconds';
const QUEUE = 'ts_queue_latency_microseconds';

/**
 * The counters of the front end, over REST and gRPC together. The latency runs from entering the queue to the answer of the
 * worker; without the queue, it is the time of the worker and the communication with its process. Requests count on arrival but
 * latencies when they are answered, so the count may include requests in flight.
 */
export default ((page, model) => {
  const of = sumsOf(page, { model_name: model });
  const requestMs = of(LATENCY) / US_PER_MS;
  const queueMs = of(QUEUE) / US_PER_MS;
  return { count: of(REQUESTS), requestMs, queueMs, computeMs: requestMs - queueMs };
}) satisfies ReadStatistics;
