import { BACK_OFF_MS } from '../../../../k6/load-plan.ts';
import type { LoadResult } from '../../model/load-result.ts';
import { formatFigure, formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { passedIf, type CheckResult } from './check.ts';
import { sum } from '../../stats/moments.ts';

/** Largest share of the time for which users may have no request in flight. */
export const IDLE_LIMIT = 0.05;

/** Number of waits after a broken connection. k6 also breaks the connection and waits after a timeout. */
const backOffs = ({ generator, failures }: LoadResult): number =>
  (failures.connect ?? 0) +
  (failures.reset ?? 0) +
  (generator === 'k6' ? (failures.timeout ?? 0) : 0);

/** The users of each measurement; undefined if any has an open loop. */
const usersOf = (measurements: readonly CompletedMeasurement[]): readonly number[] | undefined => {
  const users = measurements.flatMap(({ measurement: { level } }) =>
    level.loop === 'closed' ? [level.virtualUsers] : [],
  );
  return users.length < measurements.length ? undefined : users;
};

/**
 * Whether every user had a request in flight all the time, which is what a closed loop means. Missing users, lost answers, and pauses of
 * the load generator show as idle time.
 *
 * A request that crosses an edge of the window counts with its part inside. Waits after broken connections count as in flight. One wait of
 * each user may cross an edge, which widens the limit.
 */
export const usersBusyCheck = (measurements: readonly CompletedMeasurement[]): CheckResult => {
  const check = 'users-busy';
  const users = usersOf(measurements);
  if (users === undefined) {
    return { check, state: 'not-applicable', finding: 'An open loop has no users.' };
  }
  const userMs = sum(
    measurements.map(({ load }, index) => load.durationSeconds * 1000 * (users[index] ?? 0)),
  );
  const waitsMs = sum(measurements.map(({ load }) => backOffs(load))) * BACK_OFF_MS;
  const inFlightMs =
    sum(measurements.map(({ load }) => (load.meanInFlight ?? 0) * load.durationSeconds * 1000)) +
    waitsMs;
  const edge = Math.min(waitsMs, sum(users) * BACK_OFF_MS) / userMs;
  const limit = IDLE_LIMIT + edge;
  const parts =
    edge === 0 ? '' : ` (${limitPercent(IDLE_LIMIT)} + ${formatPercent(edge)} % for waits)`;
  const busyShare = inFlightMs / userMs;
  const figure = Math.abs(1 - busyShare);
  const finding = `On average ${formatFigure((busyShare * sum(users)) / users.length)} of ${formatFigure(sum(users) / users.length)} virtual users waited for an answer, ${formatPercent(figure)} % off; limit ${limitPercent(limit)}${parts}.`;
  return passedIf(figure <= limit, {
    check,
    figure,
    limit,
    finding,
    advice:
      'Some users were idle for part of the window: close other programs on the machine, and measure longer (--duration). If it fails again, the load generator pauses or loses requests: report it.',
  });
};
