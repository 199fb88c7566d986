import { checkJob } from '../../../../lib/bench/load/serve-job.ts';

const job = {
  url: 'http://127.0.0.1:8000/infer/triton',
  images: ['/images/cat.jpg'],
  seed: 1,
  level: { loop: 'closed', virtualUsers: 2 },
  warmupSeconds: 0,
  durationSeconds: 1,
  timeoutMs: 1000,
};
const openLevel = { loop: 'open', ratePerSecond: 5, arrivals: 'poisson' };

describe('The check of a job', () => {
  it('takes a job that can be run', () => {
    expect(checkJob(job)).toBe(job);
    expect(() => checkJob({ ...job, level: openLevel })).not.toThrow();
    const direct = { ...job, headers: [{ accept: 'text/plain' }], expect: 'status' };
    expect(checkJob(direct)).toBe(direct);
  });

  it.each([
    [null, 'job must be an object'],
    [{ ...job, url: '/infer' }, 'url must be an absolute'],
    [{ ...job, url: 'ftp://host/' }, 'url must be an absolute'],
    [{ ...job, images: [] }, 'images must be'],
    [{ ...job, images: [1] }, 'images must be'],
    [{ ...job, headers: [] }, 'headers must be'],
    [{ ...job, headers: [{ accept: 1 }] }, 'headers must be'],
    [{ ...job, seed: 0.5 }, 'seed must be'],
    [{ ...job, level: undefined }, 'level.loop must be'],
    [{ ...job, level: { loop: 'closed', virtualUsers: 0 } }, 'level.virtualUsers must be'],
    [{ ...job, level: { ...openLevel, ratePerSecond: -1 } }, 'level.ratePerSecond must be'],
    [{ ...job, level: { ...openLevel, arrivals: 'bursts' } }, 'level.arrivals must be'],
    [{ ...job, warmupSeconds: -1 }, 'warmupSeconds must be'],
    [{ ...job, durationSeconds: 0 }, 'durationSeconds must be'],
    [{ ...job, timeoutMs: NaN }, 'timeoutMs must be'],
    [{ ...job, expect: { pointer: 'class', values: [1] } }, 'not a JSON pointer'],
    [{ ...job, expect: { pointer: '/class', values: [] } }, 'expect.values must be'],
    [
      {
        ...job,
        expect: { pointer: '/class', values: [1], drawn: { pointer: '/image', names: [] } },
      },
      'expect.drawn.names must be',
    ],
    [
      {
        ...job,
        expect: { pointer: '/class', values: [1], drawn: { pointer: 'image', names: ['a'] } },
      },
      'not a JSON pointer',
    ],
    [{ ...job, method: 'PUT' }, 'method must be GET'],
    [{ ...job, method: 'GET', protocol: 'grpc' }, 'protocol must be rest'],
    [{ ...job, samplesFile: 5 }, 'samplesFile must be'],
  ])('names what is wrong with %j', (message, reason) => {
    expect(() => checkJob(message)).toThrow(reason);
  });
});
