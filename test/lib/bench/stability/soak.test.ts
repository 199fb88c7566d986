import type { CompletedMeasurement } from '../../../../lib/bench/model/record.ts';
import type { SoakSlice } from '../../../../lib/bench/model/stability.ts';
import type { Target } from '../../../../lib/bench/model/measurement.ts';
import { soakOf } from '../../../../lib/bench/stability/soak.ts';
import { trendOf } from '../../../../lib/bench/stats/trend.ts';
import { createRandom } from '../../../../lib/bench/stats/random.ts';

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
  soak?.trends.filter(({ grows }) => grows).map(({ figure }) => figure);

describe('A soak', () => {
  it('finds no growth in noise', () => {
    expect(growing(soakWith(() => ({})))).toEqual([]);
  });

  it('finds memory that grows by 2 MiB a minute, and by how much', () => {
    const soak = soakWith((minute) => ({ memoryMiB: 500 + 2 * minute }));
    const memory = soak?.trends.find(({ figure }) => figure === 'memoryMiB');

    expect(growing(soak)).toEqual(['memoryMiB']);
    // Ten stretches of five minutes, after the first ten minutes.
    expect((memory?.to ?? 0) - (memory?.from ?? 0)).toBeCloseTo(90, 0);
  });

  it('finds growing GPU memory, and leaves it out without a GPU', () => {
    const soak = soakWith((minute) => ({ gpuMemoryMiB: 1000 + 2 * minute }));

    expect(growing(soak)).toEqual(['gpuMemoryMiB']);
    expect(soakWith(() => ({}))?.trends.map(({ figure }) => figure)).not.toContain('gpuMemoryMiB');
  });

  it('keeps the ends of a trend within the values, so that no latency is below zero', () => {
    const soak = soakWith((minute) => ({ p50Ms: minute < 22 ? 700 : 1 }));
    const median = soak?.trends.find(({ figure }) => figure === 'p50Ms');

    expect(median).toMatchObject({ grows: false, to: 1 });
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

describe('A trend', () => {
  it('is found in at most 1 of 100 series of pure noise', () => {
    const random = createRandom(11);
    const sure = Array.from({ length: 2000 }, () =>
      trendOf(Array.from({ length: 10 }, () => random())),
    ).filter((trend) => trend?.isSure);

    expect(sure.length).toBeLessThanOrEqual(20);
  });

  it('is unknown for fewer than eight values', () => {
    expect(trendOf([1, 2, 3, 4, 5, 6, 7])).toBeUndefined();
  });
});
