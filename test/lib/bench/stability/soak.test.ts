import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import type { SoakSlice } from '../../../../lib/bench/model/stability.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import { soakFindingOf, soakOf } from '../../../../lib/bench/stability/soak.ts';
import { createRandom } from '../../../../lib/bench/stats/random.ts';
import { normalFrom } from '../../../support/normal-from.ts';

const target: Target = { serving: 'flask', protocol: 'rest', payload: 'image', encoding: 'raw' };

/** A soak of an hour in sixty slices, with noise and the given change. */
const soakWith = (change: (minute: number) => Partial<SoakSlice>) => {
  const random = createRandom(7);
  const slices = Array.from({ length: 60 }, (_, minute): SoakSlice => ({
    fromSeconds: minute * 60,
    requests: 600,
    failed: 0,
    failures: {},
    p50Ms: 20 + random(),
    p99Ms: 40 + 5 * random(),
    memoryMiB: 500 + 5 * random(),
    openFiles: 30,
    ...change(minute),
  }));
  const record = {
    measurement: {
      level: { loop: 'open', ratePerSecond: 10, arrivals: 'constant' },
      durationSeconds: 3600,
    },
    stability: { kind: 'soak', sliceSeconds: 60, slices },
  } as unknown as CompletedMeasurement;
  return soakOf(target, [record])[0];
};

const growing = (soak: ReturnType<typeof soakWith>) =>
  soak?.trends.filter(({ verdict }) => verdict === 'grows').map(({ figure }) => figure);

interface Course {
  readonly growth: number;
  /** Of each second. */
  readonly noise: number;
  /** Seconds in which everything takes twice as long, at a random time; none without it. */
  readonly burstSeconds?: number;
  /** How alike neighbouring seconds are. */
  readonly correlation?: number;
}

const SOAKS = 200;

/** The shares of soaks of a minute with each verdict on the median. */
const verdictShares = ({ growth, noise, burstSeconds = 0, correlation = 0 }: Course) => {
  const random = createRandom(5);
  const normal = normalFrom(random);
  const counts = { grows: 0, steady: 0, noisy: 0 };
  for (let run = 0; run < SOAKS; run += 1) {
    const burstAt = 10 + Math.floor(random() * (51 - burstSeconds));
    let disturbance = normal();
    const soak = soakWith((second) => {
      disturbance = correlation * disturbance + Math.sqrt(1 - correlation ** 2) * normal();
      const isBurst = second >= burstAt && second < burstAt + burstSeconds;
      const rise = 1 + growth * Math.max(0, (second - 10) / 49);
      const p50Ms = 40 * rise * Math.exp(noise * disturbance) * (isBurst ? 2 : 1);
      return { p50Ms, p99Ms: undefined, memoryMiB: undefined, openFiles: undefined };
    });
    const median = soak?.trends.find(({ figure }) => figure === 'p50Ms');
    counts[median?.verdict ?? 'noisy'] += 1;
  }
  return {
    grows: counts.grows / SOAKS,
    steady: counts.steady / SOAKS,
    noisy: counts.noisy / SOAKS,
  };
};

describe('A soak', () => {
  it('finds no growth in noise', () => {
    expect(growing(soakWith(() => ({})))).toEqual([]);
  });

  it('finds memory that grows by 2 MiB a minute, and by how much', () => {
    const soak = soakWith((minute) => ({ memoryMiB: 500 + 2 * minute }));
    const memory = soak?.trends.find(({ figure }) => figure === 'memoryMiB');

    expect(growing(soak)).toEqual(['memoryMiB']);
    // From minute 10 to minute 59.
    expect((memory?.to ?? 0) - (memory?.from ?? 0)).toBeCloseTo(98, 0);
  });

  it('finds growing GPU memory, and leaves it out without a GPU', () => {
    const soak = soakWith((minute) => ({ gpuMemoryMiB: 1000 + 2 * minute }));

    expect(growing(soak)).toEqual(['gpuMemoryMiB']);
    expect(soakWith(() => ({}))?.trends.map(({ figure }) => figure)).not.toContain('gpuMemoryMiB');
  });

  it('keeps the ends of a trend within the values, so that no latency is below zero', () => {
    const soak = soakWith((minute) => ({ p50Ms: minute < 22 ? 700 : 1 }));
    const median = soak?.trends.find(({ figure }) => figure === 'p50Ms');

    expect(median).toMatchObject({ verdict: 'steady', to: 1 });
    expect(median?.from).toBeLessThanOrEqual(700);
  });

  it('finds failures, open files and latency that grow', () => {
    const soak = soakWith((minute) => ({
      failed: minute,
      openFiles: 30 + minute,
      p50Ms: 20 + minute / 5,
    }));

    expect(growing(soak)).toEqual(['p50Ms', 'failedPercent', 'openFiles']);
  });

  it('ignores a heap that fills in the first ten minutes', () => {
    expect(
      growing(soakWith((minute) => ({ memoryMiB: Math.min(900, 400 + 60 * minute) }))),
    ).toEqual([]);
  });

  it('leaves out a figure that could not be read', () => {
    const soak = soakWith(() => ({ openFiles: undefined }));

    expect(soak?.trends.map(({ figure }) => figure)).not.toContain('openFiles');
  });

  it('counts its requests and failures', () => {
    expect(soakWith(() => ({ failed: 1 }))).toMatchObject({ requests: 36_000, failed: 60 });
  });
});

describe('What soaks show', () => {
  const findingOf = (...soaks: readonly ReturnType<typeof soakWith>[]) =>
    soakFindingOf(soaks.flatMap((soak) => soak ?? []));
  const steady = soakWith(() => ({}));
  const normal = normalFrom(createRandom(5));
  const noisy = soakWith(() => ({ p50Ms: 40 * Math.exp(0.5 * normal()) }));

  it.each([
    ['grows', soakWith((minute) => ({ memoryMiB: 500 + 2 * minute }))],
    ['failures', soakWith(() => ({ failed: 7 }))],
  ] as const)(
    'is that a serving is not stable if one of them has the trouble %s',
    (trouble, soak) => {
      expect(soak?.trouble).toBe(trouble);
      expect(findingOf(steady, soak)?.code).toBe('not-stable');
    },
  );

  it('is by how much the median grew at most, otherwise that the figures are too noisy to tell', () => {
    expect(steady?.trouble).toBeUndefined();
    expect(findingOf(steady)).toEqual({
      code: 'steady',
      medianGrowthShare: expect.closeTo(0.02, 1) as number,
    });
    expect(findingOf(steady, noisy)?.code).toBe('noisy');
    expect(findingOf()).toBeUndefined();
  });
});

describe('The verdict of a soak on its median', () => {
  it.each<Course>([
    { growth: 0.39, noise: 0.03 },
    { growth: 0.39, noise: 0.03, burstSeconds: 5 },
    { growth: 0.39, noise: 0.1 },
  ])('is "grows" in at least 95 % of soaks that grow by 39 %: %j', (course) => {
    expect(verdictShares(course).grows).toBeGreaterThanOrEqual(0.95);
  });

  it.each<Course>([
    { growth: 0, noise: 0.03 },
    { growth: 0, noise: 0.03, burstSeconds: 5 },
    { growth: 0, noise: 0.03, burstSeconds: 15 },
    { growth: 0, noise: 0.1 },
    { growth: 0, noise: 0.3 },
    { growth: 0, noise: 0.05, correlation: 0.5 },
    { growth: 0, noise: 0.1, correlation: 0.7 },
  ])('is "grows" in at most 3 % of soaks that do not grow: %j', (course) => {
    expect(verdictShares(course).grows).toBeLessThanOrEqual(0.03);
  });

  it.each<Course>([
    { growth: 0.39, noise: 0.1, burstSeconds: 5 },
    { growth: 0.39, noise: 0.3 },
    { growth: 0.2, noise: 0.1, correlation: 0.7 },
    { growth: 0.12, noise: 0.03 },
    { growth: 0.12, noise: 0.1, burstSeconds: 5 },
    { growth: 0.12, noise: 0.1, correlation: 0.7 },
  ])('is "steady" in at most 3 % of soaks that grow beyond the limit: %j', (course) => {
    expect(verdictShares(course).steady).toBeLessThanOrEqual(0.03);
  });

  it('is "steady" in at least 95 % of quiet soaks that do not grow', () => {
    expect(verdictShares({ growth: 0, noise: 0.03 }).steady).toBeGreaterThanOrEqual(0.95);
  });

  it('is "too noisy to tell" if seconds scatter by 30 %', () => {
    expect(verdictShares({ growth: 0, noise: 0.3 }).noisy).toBeGreaterThanOrEqual(0.95);
  });
});
