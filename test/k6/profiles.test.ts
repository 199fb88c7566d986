import { readJob } from '../../k6/job.ts';
import { profiles } from '../../k6/profiles.ts';
import { profiles as planned } from '../../lib/bench/plan/profiles.ts';

const job = (variables: Readonly<Record<string, string>>) =>
  readJob({ URL: 'http://127.0.0.1/infer', ...variables }, () => '');

describe('The profiles of the load script', () => {
  it('are those of the bench that measure speed, with the same times', () => {
    const times = Object.fromEntries(
      Object.entries(planned)
        .filter(([, profile]) => !('stability' in profile))
        .map(
          ([
            name,
            {
              options: { warmupSeconds, durationSeconds, timeoutMs },
            },
          ]) => [name, { warmupSeconds, durationSeconds, timeoutSeconds: timeoutMs / 1000 }],
        ),
    );

    expect(profiles).toEqual(times);
  });

  it('give the times that no variable gives', () => {
    expect(job({ PROFILE: 'quick', DURATION: '3' })).toMatchObject({
      warmupSeconds: 0.5,
      durationSeconds: 3,
      timeoutMs: 20_000,
    });
  });

  it('are named where one is asked for that is not there', () => {
    expect(() => job({ PROFILE: 'slow' })).toThrow(
      'PROFILE is "slow" and must be one of quick, published, parity, full',
    );
  });
});
