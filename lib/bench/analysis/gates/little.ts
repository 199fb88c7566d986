import { BACK_OFF_MS } from '../../load/back-off.ts';
import type { LoadResult } from '../../load/result.ts';
import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import type { CompletedCell } from '../../results/record.ts';
import type { GateResult } from './gate.ts';
import { sum } from '../../sum.ts';

/** How far X·R ÷ N may lie from 1. */
export const LITTLE_LIMIT = 0.05;

/** Requests that ended inside the window. */
const ended = ({ succeeded, failed }: LoadResult): number => succeeded + failed;

/** Failed requests whose time is not recorded, as in older records; one that timed out took the timeout. */
const ofUnknownTime = ({ failed, failedMeanMs, failures }: LoadResult): number =>
  failedMeanMs === undefined ? failed - (failures.timeout ?? 0) : 0;

/** Waits after a broken connection. k6 breaks it at a timeout, too, and waits; the embedded engine asks again at once. */
const backOffs = ({ generator, failures }: LoadResult): number =>
  (failures.connect ?? 0) +
  (failures.reset ?? 0) +
  (generator === 'k6' ? (failures.timeout ?? 0) : 0);

/** Milliseconds in which users were occupied: with right answers, with failed ones, and with the wait after a broken connection. */
const occupiedMs = ({ load, cell: { timeoutMs } }: CompletedCell): number => {
  const { succeeded, latency, failed, failedMeanMs, failures } = load;
  const failedMs =
    failedMeanMs === undefined
      ? (failures.timeout ?? 0) * timeoutMs + ofUnknownTime(load) * latency.meanMs
      : failed * failedMeanMs;
  return succeeded * latency.meanMs + failedMs + backOffs(load) * BACK_OFF_MS;
};

/** Mean requests that may lie across the edges of a window: one a user, and of one user the longest that was seen. */
const edgeRequests = ({ load: { latency }, cell: { level } }: CompletedCell): number => {
  const users = level.loop === 'closed' ? level.virtualUsers : 0;
  return users - 1 + (latency.count === 0 ? 1 : Math.max(1, latency.maxMs / latency.meanMs));
};

/** Users of the row, one entry a cell; undefined where a cell has an open loop. */
const usersOf = (cells: readonly CompletedCell[]): readonly number[] | undefined => {
  const users = cells.flatMap(({ cell: { level } }) =>
    level.loop === 'closed' ? [level.virtualUsers] : [],
  );
  return users.length < cells.length ? undefined : users;
};

/** Milliseconds of all users in all windows. */
const userMsOf = (cells: readonly CompletedCell[], users: readonly number[]): number =>
  sum(cells.map(({ load }, index) => load.durationSeconds * 1000 * (users[index] ?? 0)));

interface Measured {
  readonly ratio: number;
  readonly limit: number;
  /** What the ratio is of, and what its limit is made of. */
  readonly what: string;
  readonly parts: string;
}

/** From the time that each request spent inside the window: undefined where a record does not tell it. */
const countedInFlight = (
  cells: readonly CompletedCell[],
  users: readonly number[],
): Measured | undefined => {
  if (cells.some(({ load }) => load.meanInFlight === undefined)) return undefined;
  const inFlightMs = sum(
    cells.map(({ load }) => (load.meanInFlight ?? 0) * load.durationSeconds * 1000),
  );
  const waits = sum(cells.map(({ load }) => backOffs(load))) * BACK_OFF_MS;
  const userMs = userMsOf(cells, users);
  const windowMs = sum(cells.map(({ load }) => load.durationSeconds * 1000));
  const mean = (inFlightMs + waits) / windowMs;
  // Of each user one wait may lie across an edge.
  const edge = waits === 0 ? 0 : Math.min(waits, sum(users) * BACK_OFF_MS) / userMs;
  return {
    ratio: (inFlightMs + waits) / userMs,
    limit: LITTLE_LIMIT + edge,
    what: `X·R, the ${formatFigure(mean)} requests that were in flight on average, ÷ N`,
    parts:
      edge === 0 ? '' : ` (${formatPercent(LITTLE_LIMIT)} % + ${formatPercent(edge)} % for waits)`,
  };
};

/** From rate and mean latency, of which the edges of the window are not known; as in older records. */
const byRateAndLatency = (cells: readonly CompletedCell[], users: readonly number[]): Measured => {
  const requests = sum(cells.map(({ load }) => ended(load)));
  const edge = requests === 0 ? 1 : sum(cells.map(edgeRequests)) / requests;
  const unknown = requests === 0 ? 0 : sum(cells.map(({ load }) => ofUnknownTime(load))) / requests;
  const parts = [
    `${formatPercent(LITTLE_LIMIT)} %`,
    `${formatPercent(edge)} % for requests across the edges of the windows, of ${requests} in all, which an older record does not tell`,
    ...(unknown > 0 ? [`${formatPercent(unknown)} % for failed requests of unknown time`] : []),
  ];
  return {
    ratio: sum(cells.map(occupiedMs)) / userMsOf(cells, users),
    limit: LITTLE_LIMIT + edge + unknown,
    what: 'X·R ÷ N',
    parts: ` (${parts.join(' + ')})`,
  };
};

/**
 * Little's law: the mean number of requests under way is their rate × their mean time, X·R = N, for N users of a closed loop
 * who wait for nothing else. So a user who is missing, a wait outside of the measured time, or answers that are lost show in
 * it.
 *
 * The load engine knows when each request was sent and answered, so that what lies across an edge of the window counts with
 * the part that is inside: the mean number of requests in flight is held against N, with the same limit in any window. To it
 * comes the wait after a broken connection.
 *
 * An older record tells only X and R, of all requests that ended inside the window; R is the mean, since with the median of a
 * skewed distribution the law does not hold. What began before the window or ends after it adds up to one request a user at
 * either edge, N ÷ requests of all, and one of these may be the longest: the limit is wider by it, and by the share of failed
 * requests whose time is not known.
 *
 * Where fewer requests ended in a window than there are users, their latency is of those who were answered first, and the gate
 * fails.
 */
export const littleGate = (cells: readonly CompletedCell[]): GateResult => {
  const gate = 'little';
  const users = usersOf(cells);
  if (users === undefined) {
    return { gate, state: 'not-applicable', finding: 'An open loop has no users.' };
  }
  const requests = sum(cells.map(({ load }) => ended(load)));
  if (requests < sum(users)) {
    return {
      gate,
      state: 'failed',
      finding: `Only ${requests} requests of ${sum(users)} users ended inside the windows: the latency is of those who were answered first, and that of the others is longer.`,
      advice: 'Measure longer (--duration), so that each user sends several requests in a window.',
    };
  }
  const { ratio, limit, what, parts } =
    countedInFlight(cells, users) ?? byRateAndLatency(cells, users);
  if (limit >= 1) {
    return {
      gate,
      state: 'unknown',
      finding: `Only ${requests} requests of ${sum(users)} users ended inside the windows: too few for the law.`,
      advice: 'Measure longer (--duration), so that each user sends more requests in a window.',
    };
  }
  const figure = Math.abs(ratio - 1);
  const finding = `${what} is ${formatFigure(ratio)}, ${formatPercent(figure)} % from 1; limit ${formatPercent(limit)} %${parts}.`;
  return figure <= limit
    ? { gate, state: 'passed', figure, limit, finding }
    : {
        gate,
        state: 'failed',
        figure,
        limit,
        finding,
        advice:
          'The users were not all waiting for an answer all the time: look for a load engine that pauses, for requests that are lost, or for a load that changes in the window.',
      };
};
