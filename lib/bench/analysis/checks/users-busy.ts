import { BACK_OFF_MS } from '../../../../k6/load-plan.ts';
import type { LoadResult } from '../../model/load-result.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { sum } from '../../stats/moments.ts';
import { formatFigure, formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { CheckResult } from '../summary-row.ts';
import { overRepeats, passedIf, type Check } from './check.ts';

/** Largest share of the time for which users may have no request in flight. */
const IDLE_LIMIT = 0.05;

/** Virtual users, how many of them waited for an answer on average, and the share of the time that waits allow. */
type UsersBusyFacts = {
  readonly users?: number;
  readonly waiting?: number;
  readonly waitShare?: number;
};

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
export const usersBusyCheck = (
  measurements: readonly CompletedMeasurement[],
): CheckResult<UsersBusyFacts> => {
  const check = 'users-busy';
  const users = usersOf(measurements);
  if (users === undefined) return { check, state: 'not-applicable' };
  const userMs = sum(
    measurements.map(({ load }, index) => load.durationSeconds * 1000 * (users[index] ?? 0)),
  );
  const waitsMs = sum(measurements.map(({ load }) => backOffs(load))) * BACK_OFF_MS;
  const inFlightMs =
    sum(measurements.map(({ load }) => (load.meanInFlight ?? 0) * load.durationSeconds * 1000)) +
    waitsMs;
  const waitShare = Math.min(waitsMs, sum(users) * BACK_OFF_MS) / userMs;
  const limit = IDLE_LIMIT + waitShare;
  const busyShare = inFlightMs / userMs;
  const figure = Math.abs(1 - busyShare);
  const meanUsers = sum(users) / users.length;
  const facts = { users: meanUsers, waiting: busyShare * meanUsers, waitShare };
  return passedIf(figure <= limit, { check, figure, limit, facts });
};

export const usersBusy: Check<UsersBusyFacts> = {
  name: 'users-busy',
  title: 'Users busy',
  asks: 'Did every virtual user of a closed loop wait for an answer all the time?',
  limit: `idle for at most ${limitPercent(IDLE_LIMIT)} of the time`,
  tag: 'idle users',
  judge: overRepeats(usersBusyCheck),
  finding({ state, figure, limit = IDLE_LIMIT, facts: { users, waiting, waitShare = 0 } = {} }) {
    if (state === 'not-applicable') return 'An open loop has no users.';
    const parts =
      waitShare === 0
        ? ''
        : ` (${limitPercent(IDLE_LIMIT)} + ${formatPercent(waitShare)} % for waits)`;
    return `On average ${formatFigure(waiting)} of ${formatFigure(users)} virtual users waited for an answer, ${formatPercent(figure)} % off; limit ${limitPercent(limit)}${parts}.`;
  },
  advice: () =>
    'Some users were idle for part of the window: close other programs on the machine, and measure longer (--duration). If it fails again, the load generator pauses or loses requests: report it.',
};
