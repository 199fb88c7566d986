import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadJob } from './job.ts';

/** Later than this, the windows of machines that send a load together would no longer be one window. */
const MOST_LATE_MS = 50;

const LATE = 'The load was to begin';

/** Whether a load process failed because its job came too late. */
export const isLate = (message: string): boolean => message.startsWith(LATE);

/** @throws Error where the moment at which the load had to begin is past. */
export const demandInTime = ({ startAtMs }: Pick<LoadJob, 'startAtMs'>, nowMs: number): void => {
  const lateMs = startAtMs === undefined ? 0 : nowMs - startAtMs;
  if (lateMs <= MOST_LATE_MS) return;
  throw new Error(
    `${LATE} ${Math.round(lateMs)} ms before it could: the machine was too slow to get ready, or its clock is wrong.`,
  );
};

/**
 * Waits for the moment at which the load of a job begins; none is waited for where the job names none.
 *
 * @param aheadMs how long before that moment to return
 * @throws Error where it is past already.
 */
export const untilStart = async (
  { startAtMs }: Pick<LoadJob, 'startAtMs'>,
  aheadMs = 0,
): Promise<void> => {
  if (startAtMs === undefined) return;
  const wakeAtMs = startAtMs - aheadMs;
  demandInTime({ startAtMs: wakeAtMs }, Date.now());
  await sleep(Math.max(0, wakeAtMs - Date.now()));
  demandInTime({ startAtMs: wakeAtMs }, Date.now());
};
