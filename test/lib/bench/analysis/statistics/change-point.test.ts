import { changePointPValue } from '../../../../../lib/bench/analysis/statistics/change-point.ts';
import { createRandom } from '../../../../../lib/bench/load/random.ts';

const noise = (seed: number, count: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random());
};

describe('Pettitt’s test for a change', () => {
  it('has the value of its formula for a step in the middle', () => {
    // Every pair across the step differs: K = 10 · 10.
    const step = [...Array<number>(10).fill(1), ...Array<number>(10).fill(2)];
    expect(changePointPValue(step)).toBeCloseTo(2 * Math.exp(-60_000 / 8400), 9);
  });

  it('finds a step of two standard deviations in sixty noisy values, up or down', () => {
    for (const by of [0.6, -0.6]) {
      const series = noise(3, 60).map((value, index) => value + (index < 30 ? 0 : by));
      expect(changePointPValue(series)).toBeLessThan(0.01);
    }
  });

  it('calls a change in at most 1 % of series without one, at 1 %', () => {
    const found = Array.from({ length: 1000 }, (_, seed) =>
      changePointPValue(noise(seed, 30)),
    ).filter((pValue) => pValue <= 0.01);
    expect(found.length).toBeLessThanOrEqual(10);
  });

  it('does not mind a single outlier, nor values that are all the same', () => {
    expect(changePointPValue([...noise(5, 29), 1e9])).toBeGreaterThan(0.05);
    expect(changePointPValue(Array<number>(30).fill(7))).toBe(1);
    expect(changePointPValue([])).toBe(1);
  });
});
