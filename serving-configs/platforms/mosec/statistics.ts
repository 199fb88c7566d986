import { samplesOf, sumsOf } from '../../protocols/statistics/prometheus-text.ts';
import type { ReadStatistics } from '../../protocols/statistics/serving-counters.ts';

const MS_PER_SECOND = 1000;
const METRIC = 'mosec_service_process_duration_second';

/**
 * Successful requests. `total` is a request inside the front end; the time of the other stage, which is that of the workers, includes
 * the way to them and back. With batches, the workers have one time for each batch, so those of its requests are unknown.
 */
export default ((page) => {
  const total = sumsOf(page, { stage: 'total' });
  const count = total(`${METRIC}_count`);
  const requestMs = total(`${METRIC}_sum`) * MS_PER_SECOND;
  if (samplesOf(page, 'mosec_service_batch_size_count').length > 0) return { count, requestMs };
  const computeMs = sumsOf(page, {})(`${METRIC}_sum`) * MS_PER_SECOND - requestMs;
  return { count, requestMs, queueMs: requestMs - computeMs, computeMs };
}) satisfies ReadStatistics;
