import { sumsOf } from '../../protocols/statistics/prometheus-text.ts';
import type { ReadStatistics } from '../../protocols/statistics/serving-counters.ts';

const US_PER_MS = 1000;

/** Requests from their arrival at the queue, without the time of the network; those that failed count only in the wait. */
export default ((page, model) => {
  const of = sumsOf(page, { Model: model });
  return {
    count: of('RequestLatency_count'),
    requestMs: of('RequestLatency_sum') / US_PER_MS,
    queueMs: of('QueueTime_sum') / US_PER_MS,
  };
}) satisfies ReadStatistics;
