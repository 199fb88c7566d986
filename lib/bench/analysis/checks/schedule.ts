import { MAX_DELAYED_SHARE } from '../../load/self-check.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { sum } from '../../stats/moments.ts';
import { formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { CheckResult } from '../summary-row.ts';
import { overRepeats, passedIf, type Check } from './check.ts';

/** Planned requests, the share of them that left late, and how many could not be sent. */
type ScheduleFacts = {
  readonly offered?: number;
  readonly lateShare?: number;
  readonly unsent?: number;
};

/** Whether an open loop sent all planned requests on time. */
export const scheduleCheck = (
  measurements: readonly CompletedMeasurement[],
): CheckResult<ScheduleFacts> => {
  const check = 'schedule';
  if (measurements.every(({ measurement: { level } }) => level.loop === 'closed')) {
    return { check, state: 'not-applicable' };
  }
  const loads = measurements.map(({ load }) => load);
  const offered = sum(loads.map((load) => load.offered));
  const unsent = sum(loads.map((load) => load.unsent));
  const late = sum(loads.map((load) => load.delayedShare * (load.offered - load.unsent)));
  const figure = offered === 0 ? 0 : (late + unsent) / offered;
  const limit = MAX_DELAYED_SHARE;
  const facts = { offered, lateShare: offered === 0 ? 0 : late / offered, unsent };
  return passedIf(figure <= limit && unsent === 0, { check, figure, limit, facts });
};

export const schedule: Check<ScheduleFacts> = {
  name: 'schedule',
  title: 'Schedule',
  asks: 'Did an open loop send what was planned, when it was planned?',
  limit: `at most ${limitPercent(MAX_DELAYED_SHARE)} late by more than 1 ms and 5 % of the median, none unsent`,
  tag: 'schedule',
  judge: overRepeats(scheduleCheck),
  finding: ({ state, facts: { offered, lateShare, unsent } = {} }) =>
    state === 'not-applicable'
      ? 'A closed loop has no schedule.'
      : `${formatPercent(lateShare)} % of ${offered} planned requests left late, by more than 1 ms and 5 % of the median response time, limit ${limitPercent(MAX_DELAYED_SHARE)}; ${unsent} could not be sent, limit 0.`,
  advice: () => 'The load was not the planned one: offer less, or send it from a larger node.',
};
