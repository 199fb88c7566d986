import { sleep } from 'k6';
import exec from 'k6/execution';
import { LEAD_MS } from './load-plan.ts';

/** Milliseconds from the start of the load, finer than a microsecond; negative before it. `Date` of k6 has whole ones. */
export const clockMs = (): number => exec.instance.currentTestRunDuration - LEAD_MS;

export const sleepUntil = (timeMs: number): void => {
  const waitMs = timeMs - clockMs();
  if (waitMs > 0) sleep(waitMs / 1000);
};
