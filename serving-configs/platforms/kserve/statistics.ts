import { sumsOf } from '../../protocols/statistics/prometheus-text.ts';
import type { ReadStatistics } from '../../protocols/statistics/serving-counters.ts';

const MS_PER_SECOND = 1000;
const STEPS = ['preprocess', 'predict', 'postprocess'] as const;
const metricOf = (step: (typeof STEPS)[number]): string => `request_${step}_seconds`;

/** The consecutive steps of the model class, over REST and gRPC together. KServe reports neither its queue nor its servers. */
export default ((page, model) => {
  const of = sumsOf(page, { model_name: model });
  const seconds = STEPS.map((step) => of(`${metricOf(step)}_sum`));
  return {
    count: of(`${metricOf('predict')}_count`),
    computeMs: seconds.reduce((sum, step) => sum + step, 0) * MS_PER_SECOND,
  };
}) satisfies ReadStatistics;
