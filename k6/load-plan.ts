import { planArrivals } from './arrivals.ts';
import type { Job } from './job.ts';

/**
 * Between the start of the test and that of the load: in it all virtual users take their places, and whoever follows the
 * run hears when the load begins.
 */
export const LEAD_MS = 500;

/** How long k6 stays after the window, so that its processor time can be read at the end of it. */
export const TAIL_MS = 250;

/**
 * How long a virtual user waits after its connection was refused or broke. Without it a server that is down would be asked as fast as
 * the CPU allows. The failure counts as one request; the wait is part of no latency.
 */
export const BACK_OFF_MS = 50;

/** Requests of an open loop on their way at once; those that are due beyond it are not sent. */
export const MOST_IN_FLIGHT = 2000;

/** What one virtual user of an open loop sends at most, and how many there are at most. */
const SENT_PER_SECOND = 250;
const MOST_SENDERS = 8;

/** More requests than this in a closed loop draw their images as they come. */
const MOST_TABULATED = 500_000;
const TABULATED_PER_SECOND = 2000;

/** The measuring window, in milliseconds from the start of the load; the end is outside. */
export const windowOf = ({
  warmupSeconds,
  durationSeconds,
}: Pick<Job, 'warmupSeconds' | 'durationSeconds'>): {
  readonly startMs: number;
  readonly endMs: number;
} => ({
  startMs: warmupSeconds * 1000,
  endMs: (warmupSeconds + durationSeconds) * 1000,
});

/** The planned send times of an open loop; none in a closed one. */
export const arrivalsOf = (job: Omit<Job, 'expect'>): number[] => {
  const { level, seed } = job;
  if (level.loop === 'closed') return [];
  const { startMs, endMs } = windowOf(job);
  return planArrivals({ ...level, seed, rampMs: startMs / 2 }, endMs);
};

/** How many requests the table of images is to cover. */
export const tabulatedRequests = (job: Job, arrivals: number): number =>
  job.level.loop === 'open'
    ? arrivals
    : Math.min(MOST_TABULATED, Math.ceil((windowOf(job).endMs / 1000) * TABULATED_PER_SECOND));

/**
 * Virtual users of the job. In an open loop they share the arrivals and have as many requests in flight as it takes. One
 * request a user, as k6 does it by itself, would need hundreds of users for the worst case; they would take turns, each
 * on a connection of its own that has been idle for long, or is only opened inside the window.
 */
export const usersOf = ({ level }: Job): number =>
  level.loop === 'closed'
    ? level.virtualUsers
    : Math.min(MOST_SENDERS, Math.max(1, Math.ceil(level.ratePerSecond / SENT_PER_SECOND)));
