import { planArrivals } from './arrivals.ts';
import type { Job } from './job.ts';

/**
 * Between the start of the test and that of the load: in it all virtual users take their places, and whoever follows the
 * run hears when the load begins.
 */
export const LEAD_MS = 500;

/** The most virtual users that an open loop prepares; each can have one request in flight. */
const MOST_USERS = 1000;
const LEAST_USERS = 10;

/** More requests than this in a closed loop draw their images as they come. */
const MOST_TABULATED = 500_000;
const TABULATED_PER_SECOND = 2000;

/** The measuring window, in milliseconds from the start of the load; the end is outside. */
export const windowOf = ({
  warmupSeconds,
  durationSeconds,
}: Job): { readonly startMs: number; readonly endMs: number } => ({
  startMs: warmupSeconds * 1000,
  endMs: (warmupSeconds + durationSeconds) * 1000,
});

/** The planned send times of an open loop; none in a closed one. */
export const arrivalsOf = (job: Job): number[] => {
  if (job.level.loop === 'closed') return [];
  const { ratePerSecond, arrivals } = job.level;
  const { startMs, endMs } = windowOf(job);
  return planArrivals({ ratePerSecond, arrivals, seed: job.seed, rampMs: startMs / 2 }, endMs);
};

/** How many requests the table of images is to cover. */
export const tabulatedRequests = (job: Job, arrivals: number): number =>
  job.level.loop === 'open'
    ? arrivals
    : Math.min(MOST_TABULATED, Math.ceil((windowOf(job).endMs / 1000) * TABULATED_PER_SECOND));

/**
 * Virtual users of the job. In an open loop those that a server needs that answers everything at the last moment, and a
 * fifth more for bursts, within what a machine can hold.
 */
export const usersOf = ({ level, timeoutMs }: Job, arrivals: number): number => {
  if (level.loop === 'closed') return level.virtualUsers;
  const busy = Math.ceil((level.ratePerSecond * timeoutMs * 1.2) / 1000);
  return Math.max(1, Math.min(arrivals, MOST_USERS, LEAST_USERS + busy));
};
