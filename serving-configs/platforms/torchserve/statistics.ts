import { prometheusPage, sumOf } from '../../protocols/statistics/prometheus-text.ts';
import type { PlatformStatistics } from '../../protocols/statistics/serving-counters.ts';

const US_PER_MS = 1000;
const REQUESTS = 'ts_inference_requests_total';
const LATENCY = 'ts_inference_latency_microseconds';
const QUEUE = 'ts_queue_latency_microseconds';

/**
 * The front end's counters, over REST and gRPC together. The latency runs from a request's entry into the queue to the worker's
 * answer; what is not queue is the worker, with the way to its process and back. Requests count when they come, latencies when
 * they are answered, so the count may be off by those in flight.
 */
export default {
  read: (page, model) => {
    const of = (metric: string): number =>
      sumOf(page, metric, ({ model_name }) => model_name === model) ?? 0;
    const requestMs = of(LATENCY) / US_PER_MS;
    const queueMs = of(QUEUE) / US_PER_MS;
    return { count: of(REQUESTS), requestMs, queueMs, computeMs: requestMs - queueMs };
  },
  write: ({ count, queueMs, computeMs }, model) => {
    const labels = `model_name="${model}",model_version="default",hostname="reference",`;
    const counter = (metric: string, value: number): readonly string[] => [
      `# TYPE ${metric} counter`,
      `${metric}{${labels}} ${value}`,
    ];
    return prometheusPage([
      ...counter(REQUESTS, count),
      ...counter(LATENCY, (queueMs + computeMs) * US_PER_MS),
      ...counter(QUEUE, queueMs * US_PER_MS),
    ]);
  },
} as const satisfies PlatformStatistics;
