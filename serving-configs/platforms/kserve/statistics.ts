import { prometheusPage, sumAndCount, sumOf } from '../../protocols/statistics/prometheus-text.ts';
import type { PlatformStatistics } from '../../protocols/statistics/serving-counters.ts';

const MS_PER_SECOND = 1000;
const STEPS = ['preprocess', 'predict', 'postprocess'] as const;
const metricOf = (step: (typeof STEPS)[number]): string => `request_${step}_seconds`;

/** The steps of its model class, one after the other, over REST and gRPC together; it tells neither its queue nor its servers. */
export default {
  read: (page, model) => {
    const of = (metric: string): number =>
      sumOf(page, metric, ({ model_name }) => model_name === model) ?? 0;
    const seconds = STEPS.map((step) => of(`${metricOf(step)}_sum`));
    return {
      count: of(`${metricOf('predict')}_count`),
      computeMs: seconds.reduce((sum, one) => sum + one, 0) * MS_PER_SECOND,
    };
  },
  write: ({ count, computeMs }, model) =>
    prometheusPage(
      STEPS.flatMap((step) => [
        `# TYPE ${metricOf(step)} histogram`,
        ...sumAndCount(
          metricOf(step),
          { model_name: model },
          { sum: step === 'predict' ? computeMs / MS_PER_SECOND : 0, count },
        ),
      ]),
    ),
} as const satisfies PlatformStatistics;
