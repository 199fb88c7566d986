import { formatPercent } from '../../wording/format-number.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { passedWhere, type CheckResult } from './check.ts';

/** Of one core: a process has one event loop, and what is above waits for it. */
export const MIDDLEWARE_CPU_LIMIT = 0.8;

/** Whether the busiest process of the middleware had processor time to spare, in the busiest of the repeats. */
export const middlewareCpuCheck = (measurements: readonly CompletedMeasurement[]): CheckResult => {
  const check = 'middleware-cpu';
  const limit = MIDDLEWARE_CPU_LIMIT;
  const figure = Math.max(...measurements.map(({ middleware }) => middleware.busiestCpuShare));
  const finding = `The busiest process of the middleware used ${formatPercent(figure)} % of a core, with all its threads; limit ${formatPercent(limit)} %.`;
  return passedWhere(figure <= limit, {
    check,
    figure,
    limit,
    finding,
    advice: 'Give the middleware more processes (--processes) or a node with more cores.',
  });
};
