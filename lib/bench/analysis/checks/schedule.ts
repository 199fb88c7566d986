import { MAX_DELAYED_SHARE } from '../../load/self-check.ts';
import { formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { passedIf, type CheckResult } from './check.ts';
import { sum } from '../../stats/moments.ts';

/** Whether an open loop sent all planned requests on time. */
export const scheduleCheck = (measurements: readonly CompletedMeasurement[]): CheckResult => {
  const check = 'schedule';
  if (measurements.every(({ measurement: { level } }) => level.loop === 'closed')) {
    return { check, state: 'not-applicable', finding: 'A closed loop has no schedule.' };
  }
  const loads = measurements.map(({ load }) => load);
  const offered = sum(loads.map((load) => load.offered));
  const unsent = sum(loads.map((load) => load.unsent));
  const delayed = sum(loads.map((load) => load.delayedShare * (load.offered - load.unsent)));
  const figure = offered === 0 ? 0 : (delayed + unsent) / offered;
  const limit = MAX_DELAYED_SHARE;
  const finding = `${formatPercent(offered === 0 ? 0 : delayed / offered)} % of ${offered} planned requests left late, by more than 1 ms and 5 % of the median response time, limit ${limitPercent(limit)}; ${unsent} could not be sent, limit 0.`;
  return passedIf(figure <= limit && unsent === 0, {
    check,
    figure,
    limit,
    finding,
    advice: 'The load was not the planned one: offer less, or send it from a larger node.',
  });
};
