import { BACK_OFF_MS } from '../../../../k6/load-plan.ts';
import type { LoadResult } from '../../model/load-result.ts';
import { counted, formatFigure, formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { passedIf, type CheckResult } from './check.ts';
import { sum } from '../../stats/moments.ts';

/** Largest distance of X·R ÷ N from 1. */
export const LITTLES_LAW_LIMIT = 0.05;

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
 * Checks Little's law: the mean number of requests in flight is their rate × their mean time. In a closed loop it equals the number of
 * users, X·R = N, because users wait for nothing else. Missing users, lost answers and waits that were not measured break it.
 *
 * A request that crosses an edge of the window counts with its part inside. Waits after broken connections count as in flight. One wait of
 * each user may cross an edge, which widens the limit.
 *
 * The check also fails if fewer requests than users ended in the windows: their latency is that of the users who were answered first.
 */
export const littlesLawCheck = (measurements: readonly CompletedMeasurement[]): CheckResult => {
  const check = 'littles-law';
  const users = usersOf(measurements);
  if (users === undefined) {
    return { check, state: 'not-applicable', finding: 'An open loop has no users.' };
  }
  const requests = sum(measurements.map(({ load }) => load.succeeded + load.failed));
  if (requests < sum(users)) {
    return {
      check,
      state: 'failed',
      finding: `Only ${counted(requests, 'request')} of ${sum(users)} users ended inside the windows: the response time is that of the users who were answered first; the others waited longer.`,
      advice: 'Measure longer (--duration), so that each user sends several requests in a window.',
    };
  }
  const windowsMs = measurements.map(({ load }) => load.durationSeconds * 1000);
  const userMs = sum(windowsMs.map((ms, index) => ms * (users[index] ?? 0)));
  const waitsMs = sum(measurements.map(({ load }) => backOffs(load))) * BACK_OFF_MS;
  const inFlightMs =
    sum(measurements.map(({ load }) => (load.meanInFlight ?? 0) * load.durationSeconds * 1000)) +
    waitsMs;
  const edge = Math.min(waitsMs, sum(users) * BACK_OFF_MS) / userMs;
  const limit = LITTLES_LAW_LIMIT + edge;
  const parts =
    edge === 0 ? '' : ` (${limitPercent(LITTLES_LAW_LIMIT)} + ${formatPercent(edge)} % for waits)`;
  const ratio = inFlightMs / userMs;
  const figure = Math.abs(ratio - 1);
  const finding = `On average ${formatFigure(inFlightMs / sum(windowsMs))} requests were in flight: X·R ÷ N is ${formatFigure(ratio)}, ${formatPercent(figure)} % from 1; limit ${limitPercent(limit)}${parts}.`;
  return passedIf(figure <= limit, {
    check,
    figure,
    limit,
    finding,
    advice:
      'Some users were idle for part of the window: close other programs on the machine, and measure longer (--duration). If it fails again, the load generator pauses or loses requests: report it.',
  });
};
