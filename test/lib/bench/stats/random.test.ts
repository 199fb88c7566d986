import { createRandom } from '../../../../lib/bench/stats/random.ts';

const draw = (seed: number, count: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, random);
};

describe('The seeded generator', () => {
  it('gives the same numbers for the same seed, and different ones for another', () => {
    expect(draw(7, 20)).toEqual(draw(7, 20));
    expect(draw(7, 20)).not.toEqual(draw(8, 20));
  });

  it('spreads its numbers evenly over [0, 1)', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    const values = draw(1, 100_000);
    for (const value of values) {
      counts[Math.floor(value * 10)] = (counts[Math.floor(value * 10)] ?? 0) + 1;
    }
    expect(values.filter((value) => value < 0 || value >= 1)).toEqual([]);
    // Chi-squared with 9 degrees of freedom is above 33.7 once in ten thousand.
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(33.7);
  });

  it('works with the seed 0', () => {
    expect(new Set(draw(0, 100)).size).toBe(100);
  });
});
