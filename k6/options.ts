import type { Options } from 'k6/options';
import type { Job } from './job.ts';
import { LEAD_MS, MAX_IN_FLIGHT, TAIL_MS, usersOf, windowOf } from './load-plan.ts';

/** With a larger share of failed requests, k6 ends with exit code 99. */
const MAX_FAILED_SHARE = 0.01;

/** How much longer than the load and its last timeout k6 may run. */
const GRACE_SECONDS = 5;

/**
 * One k6 scenario covers both warm-up and window; samples are told apart by their times. A second scenario would have its own
 * virtual users, whose connections and code would be cold when the window starts.
 */
const scenarioOf = (job: Job): NonNullable<Options['scenarios']> => {
  const { level, timeoutMs, warmupSeconds } = job;
  const { endMs } = windowOf(job);
  // A window begins late if a user waits for its first answer, which takes the timeout at most.
  const lateMs = level.loop === 'closed' ? Math.max(0, timeoutMs - warmupSeconds * 1000) : 0;
  const loadSeconds = (LEAD_MS + endMs + lateMs + TAIL_MS) / 1000;
  return {
    [level.loop]: {
      executor: 'per-vu-iterations',
      exec: level.loop === 'closed' ? 'closed' : 'planned',
      vus: usersOf(job),
      iterations: 1,
      // The script ends by itself: only a defect of it reaches this.
      maxDuration: `${loadSeconds + timeoutMs / 1000 + GRACE_SECONDS}s`,
      gracefulStop: `${GRACE_SECONDS}s`,
    },
  };
};

export const optionsOf = (job: Job): Options => ({
  scenarios: scenarioOf(job),
  thresholds: {
    window_failed: [`rate<=${MAX_FAILED_SHARE}`],
    window_unsent: ['count==0'],
    dropped_iterations: ['count==0'],
  },
  // These also limit the idle connections that a virtual user keeps.
  batch: MAX_IN_FLIGHT,
  batchPerHost: MAX_IN_FLIGHT,
  // Every status other than 200 is a failure, as in the embedded load generator.
  maxRedirects: 0,
  systemTags: ['status', 'method', 'name', 'check', 'error_code', 'scenario'],
  summaryTrendStats: ['avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max', 'count'],
});
