import { windowOf as windowOfJob } from '../../../k6/load-plan.ts';
import type { LoadJob } from './job.ts';

/** The part of a run that counts: from `startMs`, which is inside, to `endMs`, which is not. */
export interface MeasuringWindow {
  readonly loop: 'closed' | 'open';
  /** Milliseconds from the start of the load, as all times of a run. */
  readonly startMs: number;
  readonly endMs: number;
}

/** The window of a job: after its warm-up. */
export const windowOf = (job: LoadJob): MeasuringWindow => ({
  loop: job.level.loop,
  ...windowOfJob(job),
});

export const isInside = (window: MeasuringWindow, timeMs: number): boolean =>
  timeMs >= window.startMs && timeMs < window.endMs;

/**
 * Whether the exchange counts for latency and failures.
 *
 * Closed loop: it ended inside the window, even if it was sent before. What is still in flight at the end is unfinished and
 * aborted, so that no graceful stop is part of the rate.
 *
 * Open loop: it was *planned* inside the window, whenever it ended. Were it counted by its end, a stall at the end of
 * the window would drop the slowest requests; so the load generator waits for them, and what was planned in the warm-up never
 * counts. Only the request rate counts ends inside the window, of requests planned in it or before.
 */
export const counts = (window: MeasuringWindow, plannedMs: number, doneMs: number): boolean =>
  isInside(window, window.loop === 'closed' ? doneMs : plannedMs);
