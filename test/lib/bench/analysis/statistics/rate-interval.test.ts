import { createRandom } from '../../../../../lib/bench/load/random.ts';
import { drawsFor } from '../../../../../lib/bench/analysis/statistics/rate-bootstrap.ts';
import { rateInterval } from '../../../../../lib/bench/analysis/statistics/rate-interval.ts';
import { normalQuantile } from '../../../../../lib/bench/analysis/statistics/normal.ts';
import { rowSeed } from '../../../../../lib/bench/analysis/statistics/row-seed.ts';
import { studentTQuantile } from '../../../../../lib/bench/analysis/statistics/student-t.ts';

const TRUE_RATE = 100;
const SECONDS = 20;

/** A window of one-second bins whose answers scatter around the repeat's own rate. */
const repeatOf = (rate: number, scatter: number, normal: () => number) => {
  const bins = Array.from({ length: SECONDS }, (_, second) => {
    const succeeded = Math.max(0, Math.round(rate + scatter * normal()));
    return { second, sent: succeeded, succeeded, failed: 0 };
  });
  const answers = bins.reduce((sum, bin) => sum + bin.succeeded, 0);
  return { requestRatePerSecond: answers / SECONDS, durationSeconds: SECONDS, bins };
};

const meanRate = (repeats: readonly { requestRatePerSecond: number }[]): number =>
  repeats.reduce((sum, one) => sum + one.requestRatePerSecond, 0) / repeats.length;

const RUNS = 300;

/** The share of simulated runs whose interval holds the true rate. */
const coverage = (repeats: number, betweenRepeats: number, insideRepeat: number): number => {
  const random = createRandom(repeats * 1000 + betweenRepeats);
  const normal = (): number => normalQuantile(random() || Number.MIN_VALUE);
  const runs = Array.from({ length: RUNS }, (_, seed) => {
    const all = Array.from({ length: repeats }, () =>
      repeatOf(TRUE_RATE + betweenRepeats * normal(), insideRepeat, normal),
    );
    return rateInterval(meanRate(all), all, { seed, draws: 2000 });
  });
  return (
    runs.filter((one) => one !== undefined && one.low <= TRUE_RATE && TRUE_RATE <= one.high)
      .length / RUNS
  );
};

const normalOf = (seed: number) => {
  const random = createRandom(seed);
  return () => normalQuantile(random());
};

/** A window of two and a half seconds. */
const ofBins = (bins: ReturnType<typeof repeatOf>['bins'], index: number) => ({
  requestRatePerSecond: 100 + index,
  durationSeconds: 2.5,
  bins,
});

describe('the interval of a request rate', () => {
  it.each([
    [2, 5, 3],
    [3, 5, 3],
    [5, 5, 3],
    [5, 0, 10],
  ])(
    'holds the true rate in 95 % of the runs of %p repeats that differ by %p with seconds that differ by %p',
    (repeats, between, inside) => {
      const covered = coverage(repeats, between, inside);
      expect(covered).toBeGreaterThanOrEqual(0.915);
      expect(covered).toBeLessThanOrEqual(0.985);
    },
  );

  it.each([
    [6, 5, 3],
    [8, 5, 3],
    [10, 2, 10],
    [12, 5, 3],
  ])(
    'holds it at least as often when it is drawn, from %p repeats that differ by %p with seconds that differ by %p',
    (repeats, between, inside) => {
      expect(coverage(repeats, between, inside)).toBeGreaterThanOrEqual(0.915);
    },
  );

  it('is drawn from six repeats on, and Student’s below', () => {
    const normal = normalOf(3);
    const of = (count: number) => {
      const repeats = Array.from({ length: count }, () => repeatOf(100, 5, normal));
      return rateInterval(meanRate(repeats), repeats, { seed: 1, draws: 2000 })?.method;
    };
    expect([2, 5, 6].map(of)).toEqual(['student-t', 'student-t', 'bootstrap']);
  });

  it('is the same for the same seed and another for another', () => {
    const normal = normalOf(4);
    const repeats = Array.from({ length: 7 }, () => repeatOf(100, 9, normal));
    const of = (seed: number) => rateInterval(meanRate(repeats), repeats, { seed, draws: 2000 });
    expect(of(11)).toEqual(of(11));
    expect(of(11)).not.toEqual(of(12));
  });

  it('lies around the rate, also where records have no bins or windows end in a part of a second', () => {
    const bins = [100, 101, 50].map((succeeded, second) => ({
      second,
      sent: succeeded,
      succeeded,
      failed: 0,
    }));
    for (const withBins of [[], bins]) {
      const repeats = [0, 1, 2, 3, 4, 5].map((index) => ofBins(withBins, index));
      const interval = rateInterval(102.5, repeats, { seed: 1, draws: 2000 });
      expect(interval?.low).toBeGreaterThan(95);
      expect(interval?.high).toBeLessThan(110);
    }
  });

  it.each([3, 6])(
    'is no surer than one answer, where %p repeats happen to count alike',
    (count) => {
      const alike = Array.from({ length: count }, () => ofBins([], 0));
      const interval = rateInterval(100, alike, { seed: 1, draws: 2000 });
      const half = studentTQuantile(0.975, count - 1) / (2.5 * Math.sqrt(count));

      expect(interval?.low).toBeCloseTo(100 - half, 6);
      expect(interval?.high).toBeCloseTo(100 + half, 6);
    },
  );

  it('is absent for a single repeat', () => {
    expect(
      rateInterval(100, [repeatOf(100, 5, normalOf(5))], { seed: 1, draws: 2000 }),
    ).toBeUndefined();
  });
});

describe('the number of draws', () => {
  it('is ten thousand, less for a run of many cells, and never too few', () => {
    expect([100, 2000, 4000, 10_000, 1e6].map(drawsFor)).toEqual([
      10_000, 10_000, 5000, 2000, 2000,
    ]);
  });
});

describe('the seed of a row', () => {
  it('comes from the run’s seed and the row, and from nothing else', () => {
    expect(rowSeed(7, 'a')).toBe(rowSeed(7, 'a'));
    expect(new Set([rowSeed(7, 'a'), rowSeed(8, 'a'), rowSeed(7, 'b')]).size).toBe(3);
  });
});
