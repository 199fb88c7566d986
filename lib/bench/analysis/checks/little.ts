import { BACK_OFF_MS } from '../../../../k6/load-plan.ts';
import type { LoadResult } from '../../model/load-result.ts';
import { counted, formatFigure, formatPercent } from '../../wording/format-number.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { passedWhere, type CheckResult } from './check.ts';
import { sum } from '../../stats/moments.ts';

/** How far X·R ÷ N may lie from 1. */
export const LITTLE_LIMIT = 0.05;

/** Waits after a broken connection. k6 also breaks it at a timeout and waits; the embedded load generator does not. */
const backOffs = ({ generator, failures }: LoadResult): number =>
  (failures.connect ?? 0) +
  (failures.reset ?? 0) +
  (generator === 'k6' ? (failures.timeout ?? 0) : 0);

/** The users of each measurement; undefined if one has an open loop. */
const usersOf = (measurements: readonly CompletedMeasurement[]): readonly number[] | undefined => {
  const users = measurements.flatMap(({ measurement: { level } }) =>
    level.loop === 'closed' ? [level.virtualUsers] : [],
  );
  return users.length < measurements.length ? undefined : users;
};

/**
 * Little's law: the mean number of requests in flight is their rate × their mean time, X·R = N, for N users of a closed loop who wait
 * for nothing else. A missing user, a wait outside of the measured time, or lost answers break it.
 *
 * The load generator knows when each request was sent and answered, so a request across an edge of the window counts with the part
 * inside. Waits after broken connections are added; one for each user may lie across an edge, which widens the limit.
 *
 * If fewer requests ended in a window than there are users, their latency is that of the users answered first, and the check fails.
 */
export const littleCheck = (measurements: readonly CompletedMeasurement[]): CheckResult => {
  const check = 'little';
  const users = usersOf(measurements);
  if (users === undefined) {
    return { check, state: 'not-applicable', finding: 'An open loop has no users.' };
  }
  const requests = sum(measurements.map(({ load }) => load.succeeded + load.failed));
  if (requests < sum(users)) {
    return {
      check,
      state: 'failed',
      finding: `Only ${counted(requests, 'request')} of ${sum(users)} users ended inside the windows: the latency is that of the users who were answered first; the others waited longer.`,
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
  const limit = LITTLE_LIMIT + edge;
  const parts =
    edge === 0 ? '' : ` (${formatPercent(LITTLE_LIMIT)} % + ${formatPercent(edge)} % for waits)`;
  const ratio = inFlightMs / userMs;
  const figure = Math.abs(ratio - 1);
  const finding = `On average ${formatFigure(inFlightMs / sum(windowsMs))} requests were in flight: X·R ÷ N is ${formatFigure(ratio)}, ${formatPercent(figure)} % from 1; limit ${formatPercent(limit)} %${parts}.`;
  return passedWhere(figure <= limit, {
    check,
    figure,
    limit,
    finding,
    advice:
      'The users were not all waiting for an answer all the time: close other programs on the machine, and measure longer (--duration). If it fails again, the load generator pauses or loses requests: report it.',
  });
};
