import { MAX_CPU_SHARE } from '../../load/self-check.ts';
import { formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { passedIf, type CheckResult } from './check.ts';

/** Whether the load generator had CPU time to spare, even in its busiest repeat. */
export const generatorCpuCheck = (measurements: readonly CompletedMeasurement[]): CheckResult => {
  const limit = MAX_CPU_SHARE;
  const [busiest = { share: 0, cores: 1 }] = measurements
    .map(({ load: { self } }) => ({ share: self.cpuShare / self.cores, cores: self.cores }))
    .toSorted((a, b) => b.share - a.share);
  const figure = busiest.share;
  const available = busiest.cores === 1 ? 'its core' : `its ${busiest.cores} cores`;
  const finding = `The load generator used ${formatPercent(figure)} % of ${available}; limit ${limitPercent(limit)}.`;
  return passedIf(figure <= limit, {
    check: 'generator-cpu',
    figure,
    limit,
    finding,
    advice:
      'Send the load from a larger machine, with fewer virtual users or smaller inputs; k6 uses several cores, but only for images.',
  });
};

/** As a share of one core: each process has one event loop, which must not be busy all the time. */
export const MIDDLEWARE_CPU_LIMIT = 0.8;

/** Whether the busiest process of the middleware had CPU time to spare, even in its busiest repeat. */
export const middlewareCpuCheck = (measurements: readonly CompletedMeasurement[]): CheckResult => {
  const check = 'middleware-cpu';
  const limit = MIDDLEWARE_CPU_LIMIT;
  const figure = Math.max(...measurements.map(({ middleware }) => middleware.busiestCpuShare));
  const finding = `The busiest process of the middleware used ${formatPercent(figure)} % of a core, with all its threads; limit ${limitPercent(limit)}.`;
  return passedIf(figure <= limit, {
    check,
    figure,
    limit,
    finding,
    advice: 'Give the middleware more processes (--processes) or a node with more cores.',
  });
};
