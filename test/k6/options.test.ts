import type { Job } from '../../k6/job.ts';
import { optionsOf } from '../../k6/options.ts';

const job: Job = {
  url: 'http://127.0.0.1:3000/',
  images: ['a.jpg'],
  seed: 1,
  level: { loop: 'closed', virtualUsers: 20 },
  warmupSeconds: 5,
  durationSeconds: 60,
  timeoutMs: 10_000,
};

describe('The options of the load script', () => {
  it.each([
    [5, '85.75s'],
    [20, '95.75s'],
  ])(
    'leave a closed loop with a warm-up of %d s time for late first answers and a whole window',
    (warmupSeconds, maxDuration) => {
      expect(optionsOf({ ...job, warmupSeconds }).scenarios).toEqual({
        closed: {
          executor: 'per-vu-iterations',
          exec: 'closed',
          vus: 20,
          iterations: 1,
          maxDuration,
          gracefulStop: '5s',
        },
      });
    },
  );

  it.each([
    [1, 1],
    [250, 1],
    [251, 2],
    [100_000, 8],
  ])('send %d requests/s with %i virtual users', (ratePerSecond, vus) => {
    const level = { loop: 'open', ratePerSecond, arrivals: 'poisson' } as const;

    expect(optionsOf({ ...job, level }).scenarios).toMatchObject({
      // Up to the timeout, k6 waits for the last answer.
      open: { executor: 'per-vu-iterations', vus, iterations: 1, maxDuration: '80.75s' },
    });
  });

  it('end the run with exit code 99 if requests failed or were not sent', () => {
    expect(optionsOf(job).thresholds).toEqual({
      window_failed: ['rate<=0.01'],
      window_unsent: ['count==0'],
      dropped_iterations: ['count==0'],
    });
  });
});
