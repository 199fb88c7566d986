import { prometheusPage, sumAndCount, sumOf } from '../../protocols/statistics/prometheus-text.ts';
import type { PlatformStatistics } from '../../protocols/statistics/serving-counters.ts';

const US_PER_MS = 1000;
const REQUEST = 'ovms_request_time_us';
const WAIT = 'ovms_wait_for_infer_req_time_us';
const INFERENCE = 'ovms_inference_time_us';

/** Its default metrics, from its page on metrics: a request, in it the wait for a free inference request, and the inference. */
export default {
  read: (page, model) => {
    const of = (metric: string): number => sumOf(page, metric, ({ name }) => name === model) ?? 0;
    return {
      count: of(`${REQUEST}_count`),
      requestMs: of(`${REQUEST}_sum`) / US_PER_MS,
      queueMs: of(`${WAIT}_sum`) / US_PER_MS,
      computeMs: of(`${INFERENCE}_sum`) / US_PER_MS,
    };
  },
  write: ({ count, requestMs, queueMs, computeMs }, model) => {
    const labels = { name: model, version: '1' };
    const times = [
      [REQUEST, { interface: 'REST', ...labels }, requestMs],
      [INFERENCE, labels, computeMs],
      [WAIT, labels, queueMs],
    ] as const;
    return prometheusPage(
      times.flatMap(([metric, own, ms]) => [
        `# TYPE ${metric} histogram`,
        ...sumAndCount(metric, own, { sum: ms * US_PER_MS, count }),
      ]),
    );
  },
} as const satisfies PlatformStatistics;
