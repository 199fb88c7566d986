import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { profiles, readJob } from '../../k6/job.ts';
import type { ProfileName } from '../../lib/bench/model/plan-options.ts';
import { profiles as planned } from '../../lib/bench/plan/profiles.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/resolve-plan-options.ts';

const FOLDER = join(import.meta.dirname, '../../k6');
const noFile = (file: string): string => {
  throw new Error(`unexpected read of ${file}`);
};
const URL = 'http://127.0.0.1:3000/infer/x';

describe('The job of the load script', () => {
  it('comes from the file that JOB names', () => {
    const job = { url: URL, images: ['a.jpg'], seed: 3 };

    expect(readJob({ JOB: '/tmp/job.json' }, () => JSON.stringify(job))).toEqual(job);
  });

  it('needs nothing but a URL', () => {
    const job = readJob({ URL }, noFile);

    expect(job).toMatchObject({
      url: URL,
      level: { loop: 'closed', virtualUsers: 10 },
      warmupSeconds: 5,
      durationSeconds: 20,
      timeoutMs: 60_000,
    });
    expect(job.images.filter((image) => !existsSync(join(FOLDER, image)))).toEqual([]);
    expect(job.images).toHaveLength(
      readdirSync(join(FOLDER, 'images')).filter((file) => file.endsWith('.jpg')).length,
    );
  });

  it('is an open loop if RATE is set', () => {
    expect(readJob({ URL, RATE: '20', ARRIVALS: 'constant', SEED: '7' }, noFile)).toMatchObject({
      level: { loop: 'open', ratePerSecond: 20, arrivals: 'constant' },
      seed: 7,
    });
  });

  it.each([
    [{}, /URL must be an absolute http or https URL/],
    [{ URL: 'localhost:3000' }, /URL must be an absolute http or https URL/],
    [{ URL, USERS: 'ten' }, 'USERS is "ten" and must be a number'],
    [{ URL, RATE: '1', ARRIVALS: 'even' }, 'ARRIVALS is "even" and must be poisson or constant'],
  ])('cannot be read from %j', (variables, message) => {
    expect(() => readJob(variables, noFile)).toThrow(message);
  });
});

describe('The profiles of the load script', () => {
  it('are the profiles of the benchmark that measure speed, with the same times', () => {
    const times = Object.fromEntries(
      Object.entries(planned)
        .filter(([, profile]) => !['stability', 'tunes', 'isMany'].some((key) => key in profile))
        .map(([name]) => {
          const { warmupSeconds, durationSeconds, timeoutMs } = resolvePlanOptions({
            profile: name as ProfileName,
            loadGenerator: 'k6',
          });
          return [name, { warmupSeconds, durationSeconds, timeoutSeconds: timeoutMs / 1000 }];
        }),
    );

    expect(profiles).toEqual(times);
  });

  it('set the times that no variable sets', () => {
    expect(readJob({ URL, PROFILE: 'quick', DURATION: '3' }, noFile)).toMatchObject({
      warmupSeconds: 0.5,
      durationSeconds: 3,
      timeoutMs: 20_000,
    });
  });

  it('are listed if the name is unknown', () => {
    expect(() => readJob({ URL, PROFILE: 'slow' }, noFile)).toThrow(
      /^PROFILE .*"slow" .*quick, replicate-2021, study-rig, full\b/,
    );
  });
});
