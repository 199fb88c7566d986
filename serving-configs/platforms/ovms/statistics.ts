import { sumsOf } from '../../protocols/statistics/prometheus-text.ts';
import type { ReadStatistics } from '../../protocols/statistics/serving-counters.ts';

const US_PER_MS = 1000;
const REQUEST = 'ovms_request_time_us';
const WAIT = 'ovms_wait_for_infer_req_time_us';
const INFERENCE = 'ovms_inference_time_us';

/** The default metrics in its documentation: a request, which includes the wait for a free inference request and the inference. */
export default ((page, model) => {
  const of = sumsOf(page, { name: model });
  return {
    count: of(`${REQUEST}_count`),
    requestMs: of(`${REQUEST}_sum`) / US_PER_MS,
    queueMs: of(`${WAIT}_sum`) / US_PER_MS,
    computeMs: of(`${INFERENCE}_sum`) / US_PER_MS,
  };
}) satisfies ReadStatistics;
