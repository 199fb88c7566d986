import { planArrivals } from '../../k6/arrivals.ts';

describe('Planned arrivals', () => {
  it('have equal gaps if they are constant', () => {
    const times = planArrivals(
      { ratePerSecond: 4, arrivals: 'constant', seed: 1, rampMs: 0 },
      1100,
    );
    expect(times).toEqual([250, 500, 750, 1000]);
  });

  it('do not lose a request to rounding in an hour', () => {
    const plan = { ratePerSecond: 300, arrivals: 'constant', seed: 1, rampMs: 0 } as const;
    expect(planArrivals(plan, 3_600_000 + 1)).toHaveLength(3600 * 300);
  });

  it('have exponential gaps if they are a Poisson process', () => {
    const times = planArrivals(
      { ratePerSecond: 100, arrivals: 'poisson', seed: 5, rampMs: 0 },
      1_000_000,
    );
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // 100,000 are expected; four standard deviations of a Poisson count are 4 × √100,000.
    expect(Math.abs(times.length - 100_000)).toBeLessThan(1265);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
    const longerThanMean = gaps.filter((gap) => gap > 10).length / gaps.length;
    expect(longerThanMean).toBeCloseTo(Math.exp(-1), 2);
  });

  it('are the same for the same seed', () => {
    const plan = { ratePerSecond: 50, arrivals: 'poisson', seed: 9, rampMs: 0 } as const;
    expect(planArrivals(plan, 5000)).toEqual(planArrivals(plan, 5000));
    expect(planArrivals({ ...plan, seed: 10 }, 5000)).not.toEqual(planArrivals(plan, 5000));
  });

  it('rise linearly to their rate during the ramp, then keep it', () => {
    const plan = { ratePerSecond: 1000, arrivals: 'constant', seed: 1, rampMs: 2000 } as const;
    const times = planArrivals(plan, 4000.5);
    const between = (fromMs: number, toMs: number): number =>
      times.filter((time) => time > fromMs && time <= toMs).length;
    // The areas under the two halves of the ramp: an eighth and three eighths of the time at full rate.
    expect(between(0, 1000)).toBe(250);
    expect(between(1000, 2000)).toBe(750);
    expect(between(2000, 3000)).toBe(1000);
    expect(between(3000, 4000.1)).toBe(1000);
  });

  it('are empty if the load ends before the first one', () => {
    expect(
      planArrivals({ ratePerSecond: 1, arrivals: 'constant', seed: 1, rampMs: 0 }, 500),
    ).toHaveLength(0);
  });
});
