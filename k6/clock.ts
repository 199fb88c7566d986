import exec from 'k6/execution';
import { setTimeout } from 'k6/timers';
import { LEAD_MS } from './load-plan.ts';

/** Milliseconds since the start of the load, negative before it. Finer than a microsecond, unlike `Date` in k6. */
export const clockMs = (): number => exec.instance.currentTestRunDuration - LEAD_MS;

/** An idle k6 wakes up to a millisecond late, because Go rounds the sleep of an idle process up to whole milliseconds. */
const EARLY_MS = 1;

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Waits until a time, within some hundredths of a millisecond: it sleeps until shortly before, then polls the clock. */
export const waitUntil = async (timeMs: number): Promise<void> => {
  const restMs = timeMs - clockMs();
  if (restMs > EARLY_MS) await pause(restMs - EARLY_MS);
  while (clockMs() < timeMs) {
    // Answers that arrive meanwhile keep their times, which k6 itself traces.
  }
};
