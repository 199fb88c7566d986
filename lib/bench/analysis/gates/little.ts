import { BACK_OFF_MS } from '../../load/back-off.ts';
import type { LoadResult } from '../../load/result.ts';
import { formatFigure, formatPercent } from '../../wording/format-number.ts';
import type { CompletedCell } from '../../results/record.ts';
import type { GateResult } from './gate.ts';
import { sum } from '../../sum.ts';

/** How far X·R ÷ N may lie from 1 where the window is long. */
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

/**
 * Little's law: the mean number of requests under way is their rate × their mean time, X·R = N, for N users of a closed loop
 * who wait for nothing else. So rate and latency prove each other: with a user missing, a wait outside of the measured
 * time, or answers lost, X·R ÷ N is not 1.
 *
 * A failed request occupies its user too, so that X and R are of all requests that ended inside the window. R is the mean;
 * with the median of a skewed distribution the law does not hold.
 *
 * What began before the window or ends after it adds up to one request a user at either edge, N ÷ requests of all: in a
 * short window that is more than the limit, which is wider by it. One of these requests may be the longest, which matters to
 * few users. It is wider, too, by the share of failed requests whose time is not known.
 */
export const littleGate = (cells: readonly CompletedCell[]): GateResult => {
  const users = cells.flatMap(({ cell: { level } }) =>
    level.loop === 'closed' ? [level.virtualUsers] : [],
  );
  if (users.length < cells.length) {
    return { gate: 'little', state: 'not-applicable', finding: 'An open loop has no users.' };
  }
  const requests = sum(cells.map(({ load }) => ended(load)));
  const edge = requests === 0 ? 1 : sum(cells.map(edgeRequests)) / requests;
  const unknown = requests === 0 ? 0 : sum(cells.map(({ load }) => ofUnknownTime(load))) / requests;
  const limit = LITTLE_LIMIT + edge + unknown;
  const advice = 'Measure longer (--duration), so that each user sends more requests in a window.';
  if (limit >= 1) {
    return {
      gate: 'little',
      state: 'unknown',
      finding: `Only ${requests} requests of ${sum(users)} users ended inside the windows: too few for the law.`,
      advice,
    };
  }
  const userMs = sum(
    cells.map(({ load }, index) => load.durationSeconds * 1000 * (users[index] ?? 0)),
  );
  const ratio = sum(cells.map(occupiedMs)) / userMs;
  const figure = Math.abs(ratio - 1);
  const parts = [
    `${formatPercent(LITTLE_LIMIT)} %`,
    `${formatPercent(edge)} % for requests across the edges of the windows, of ${requests} in all`,
    ...(unknown > 0 ? [`${formatPercent(unknown)} % for failed requests of unknown time`] : []),
  ];
  const finding = `X·R ÷ N is ${formatFigure(ratio)}, ${formatPercent(figure)} % from 1; limit ${formatPercent(limit)} % (${parts.join(' + ')}).`;
  return figure <= limit
    ? { gate: 'little', state: 'passed', figure, limit, finding }
    : {
        gate: 'little',
        state: 'failed',
        figure,
        limit,
        finding,
        advice:
          'Rate and latency do not fit each other: look for a load engine that pauses, or for a load that changes in the window.',
      };
};
