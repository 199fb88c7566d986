import exec from 'k6/execution';
import { setTimeout } from 'k6/timers';
import { LEAD_MS } from './load-plan.ts';

/** Milliseconds from the start of the load, finer than a microsecond; negative before it. `Date` of k6 has whole ones. */
export const clockMs = (): number => exec.instance.currentTestRunDuration - LEAD_MS;

/** An idle k6 wakes up to a millisecond late: the runtime of Go rounds the waiting of an idle process up to whole ones. */
const EARLY_MS = 1;

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Wakes at the time, within some hundredths of a millisecond: it sleeps until shortly before and looks at the clock. */
export const waitUntil = async (timeMs: number): Promise<void> => {
  const restMs = timeMs - clockMs();
  if (restMs > EARLY_MS) await pause(restMs - EARLY_MS);
  while (clockMs() < timeMs) {
    // Answers that come meanwhile lose nothing: their times are those of k6's own trace.
  }
};
