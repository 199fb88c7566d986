import type { Options } from 'k6/options';
import type { Job } from './job.ts';
import { LEAD_MS, MOST_IN_FLIGHT, TAIL_MS, usersOf, windowOf } from './load-plan.ts';

/** Above this share of failed requests the run ends with exit code 99. */
const MOST_FAILED = 0.01;

/** An iteration that does not end by itself is a fault of the script; the run ends all the same. */
const GRACE = '5s';

/**
 * One scenario for the whole run, warm-up and window: two would each have their own virtual users, whose connections and
 * code would be cold when the window begins. Samples are told apart by their times.
 */
const scenarioOf = (job: Job): NonNullable<Options['scenarios']> => {
  const { endMs } = windowOf(job);
  const loadSeconds = (LEAD_MS + endMs + TAIL_MS) / 1000;
  const vus = usersOf(job);
  return job.level.loop === 'closed'
    ? {
        closed: {
          executor: 'constant-vus',
          exec: 'closed',
          vus,
          duration: `${loadSeconds}s`,
          gracefulStop: GRACE,
        },
      }
    : {
        open: {
          executor: 'per-vu-iterations',
          exec: 'planned',
          vus,
          iterations: 1,
          maxDuration: `${loadSeconds + job.timeoutMs / 1000 + 1}s`,
          gracefulStop: GRACE,
        },
      };
};

export const optionsOf = (job: Job): Options => ({
  scenarios: scenarioOf(job),
  thresholds: {
    window_failed: [`rate<=${MOST_FAILED}`],
    window_unsent: ['count==0'],
    dropped_iterations: ['count==0'],
  },
  // Idle connections that a virtual user keeps.
  batch: MOST_IN_FLIGHT,
  batchPerHost: MOST_IN_FLIGHT,
  // As the embedded engine: what is not a 200 is a failure.
  maxRedirects: 0,
  systemTags: ['status', 'method', 'name', 'check', 'error_code', 'scenario'],
  summaryTrendStats: ['avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max', 'count'],
});
