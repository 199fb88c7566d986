import type { CompletedMeasurement } from '../../model/record.ts';
import { formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { CheckResult } from '../summary-row.ts';
import { passedIf, type Check } from './check.ts';

/** As a share of one core: each process has one event loop, which must not be busy all the time. */
const MIDDLEWARE_CPU_LIMIT = 0.8;

/** Whether the busiest process of the middleware had CPU time to spare, even in its busiest repeat. */
export const middlewareCpuCheck = (measurements: readonly CompletedMeasurement[]): CheckResult => {
  const limit = MIDDLEWARE_CPU_LIMIT;
  const figure = Math.max(...measurements.map(({ middleware }) => middleware.busiestCpuShare));
  return passedIf(figure <= limit, { check: 'middleware-cpu', figure, limit }, 'at-limit');
};

export const middlewareCpu: Check = {
  name: 'middleware-cpu',
  title: 'Middleware CPU',
  asks: 'Did the busiest process of the middleware have CPU time to spare?',
  limit: `≤ ${limitPercent(MIDDLEWARE_CPU_LIMIT)} of a core`,
  tag: 'middleware cpu',
  judge: ({ repeats }) => middlewareCpuCheck(repeats),
  finding: ({ figure }) =>
    `The busiest process of the middleware used ${formatPercent(figure)} % of a core, with all its threads; limit ${limitPercent(MIDDLEWARE_CPU_LIMIT)}.`,
  advice: () => 'Give the middleware more processes (--processes) or a node with more cores.',
};
