import { sumsOf } from '../../protocols/statistics/prometheus-text.ts';
import type { ReadStatistics } from '../../protocols/statistics/serving-counters.ts';

const US_PER_MS = 1000;
const REQUESTS = 'ts_inference_requests_total';
const LATENCY = 'ts_inference_latency_microseconds';
const QUEUE = 'ts_queue_latency_microseconds';

/**
 * The front end's counters, over REST and gRPC together. The latency runs from a request's entry into the queue to the worker's
 * answer; what is not queue is the worker, with the way to its process and back. Requests count when they come, latencies when
 * they are answered, so the count may be off by those in flight.
 */
export default ((page, model) => {
  const of = sumsOf(page, { model_name: model });
  const requestMs = of(LATENCY) / US_PER_MS;
  const queueMs = of(QUEUE) / US_PER_MS;
  return { count: of(REQUESTS), requestMs, queueMs, computeMs: requestMs - queueMs };
}) satisfies ReadStatistics;
