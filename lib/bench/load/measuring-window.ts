import { windowOf as windowOfJob } from '../../../k6/load-plan.ts';
import type { LoadJob } from './job.ts';

/** The part of a load that is measured: from `startMs` (included) to `endMs` (excluded). */
export interface MeasuringWindow {
  readonly loop: 'closed' | 'open';
  /** Milliseconds since the start of the load, like all times of a load. */
  readonly startMs: number;
  readonly endMs: number;
}

/** The measuring window of a job, which follows its warm-up. */
export const windowOf = (job: LoadJob): MeasuringWindow => ({
  loop: job.level.loop,
  ...windowOfJob(job),
});

export const isInside = (window: MeasuringWindow, timeMs: number): boolean =>
  timeMs >= window.startMs && timeMs < window.endMs;

/**
 * Whether an exchange counts for latency and failures.
 *
 * Closed loop: if it ended inside the window, even if it was sent before. Requests still in flight at the end are aborted and
 * recorded as unfinished, so that no graceful stop is part of the rate.
 *
 * Open loop: if it was *planned* inside the window, whenever it ended. Counting by the end would drop the slowest requests when
 * a stall falls on the end of the window, so the load generator waits for them instead. Requests planned in the warm-up never
 * count. Only the request rate counts by the end: answers inside the window, to requests planned in it or before.
 */
export const counts = (window: MeasuringWindow, plannedMs: number, doneMs: number): boolean =>
  isInside(window, window.loop === 'closed' ? doneMs : plannedMs);
