import { planArrivals } from './arrivals.ts';
import type { Job } from './job.ts';
import type { MeasuringWindow } from './measuring-window.ts';

/** From the start of the k6 test to the start of the load: time for all virtual users to start, and to announce the load. */
export const LEAD_MS = 500;

/** How long k6 stays after the window, so that its CPU time can be read at the end of the window. */
export const TAIL_MS = 250;

/**
 * How long a virtual user waits after its connection was refused or broke. Otherwise it would retry a dead server as fast as the
 * CPU allows. The failure counts as one request; the wait is not part of any latency.
 */
export const BACK_OFF_MS = 50;

/** The limit of requests in flight in an open loop. Requests that fall due above it are not sent. */
export const MAX_IN_FLIGHT = 2000;

/** The arrivals per second that one virtual user of an open loop can send, and the limit of such users. */
const ARRIVALS_PER_SENDER = 250;
const MAX_SENDERS = 8;

/** The limit of the table of images in a closed loop; the images of further requests are drawn as needed. */
const MAX_TABULATED = 500_000;
const TABULATED_PER_SECOND = 2000;

/** The measuring window as planned. In a closed loop, it begins later if a virtual user has had no answer by then. */
export const windowOf = ({
  warmupSeconds,
  durationSeconds,
}: Pick<Job, 'warmupSeconds' | 'durationSeconds'>): MeasuringWindow => ({
  startMs: warmupSeconds * 1000,
  endMs: (warmupSeconds + durationSeconds) * 1000,
});

/** The planned send times of an open loop; empty for a closed one. */
export const arrivalsOf = (job: Omit<Job, 'expect'>): number[] => {
  const { level, seed } = job;
  if (level.loop === 'closed') return [];
  const { startMs, endMs } = windowOf(job);
  return planArrivals({ ...level, seed, rampMs: startMs / 2 }, endMs);
};

/** The number of requests that the table of images covers. */
export const tabulatedRequests = (job: Job, arrivals: number): number =>
  job.level.loop === 'open'
    ? arrivals
    : Math.min(MAX_TABULATED, Math.ceil((windowOf(job).endMs / 1000) * TABULATED_PER_SECOND));

/**
 * The number of virtual users of a job. In an open loop, they share the arrivals, and each has as many requests in flight as
 * needed. With one request per user, as usual in k6, the worst case would need hundreds of users. They would take turns, each on
 * a connection that was idle for long or is opened only inside the window.
 */
export const usersOf = ({ level }: Job): number =>
  level.loop === 'closed'
    ? level.virtualUsers
    : Math.min(MAX_SENDERS, Math.max(1, Math.ceil(level.ratePerSecond / ARRIVALS_PER_SENDER)));
