import { createRandom } from '../../../../../lib/bench/load/random.ts';
import { fitUsl, uslRate } from '../../../../../lib/bench/analysis/statistics/usl.ts';

const LEVELS = [1, 2, 4, 8, 16, 32, 64, 100];

type Parameters = { readonly gamma: number; readonly alpha: number; readonly beta: number };

const pointsOf = (parameters: Parameters, noise: () => number = () => 0, levels = LEVELS) =>
  levels.map((virtualUsers) => ({
    virtualUsers,
    ratePerSecond: uslRate(parameters, virtualUsers) * (1 + noise()),
  }));

const relative = (value: number | undefined, truth: number): number => (value ?? 0) / truth;

describe('the Universal Scalability Law', () => {
  it('gives back the parameters that rates were made from', () => {
    const fit = fitUsl(pointsOf({ gamma: 50, alpha: 0.05, beta: 0.001 }));
    expect(fit?.gamma).toBeCloseTo(50, 6);
    expect(fit?.alpha).toBeCloseTo(0.05, 8);
    expect(fit?.beta).toBeCloseTo(0.001, 9);
    expect(fit?.peakUsers).toBeCloseTo(Math.sqrt(0.95 / 0.001), 4);
    expect(fit?.rSquared).toBeCloseTo(1, 9);
  });

  it('gives them back without a level of one user', () => {
    const fit = fitUsl(
      pointsOf({ gamma: 50, alpha: 0.05, beta: 0.001 }, undefined, [10, 20, 50, 100]),
    );
    expect(fit?.gamma).toBeCloseTo(50, 5);
  });

  it('comes close where rates scatter by 2 %', () => {
    const random = createRandom(2);
    const fits = Array.from({ length: 50 }, () =>
      fitUsl(
        pointsOf(
          { gamma: 50, alpha: 0.05, beta: 0.001 },
          () => (random() - 0.5) * 0.04 * Math.sqrt(3),
        ),
      ),
    );
    for (const fit of fits) {
      expect(Math.abs(relative(fit?.gamma, 50) - 1)).toBeLessThan(0.1);
      expect(Math.abs(relative(fit?.peakUsers, Math.sqrt(950)) - 1)).toBeLessThan(0.1);
      expect(fit?.rSquared).toBeGreaterThan(0.95);
    }
  });

  it('has no peak where rates only level off, and never a parameter below zero', () => {
    const levelling = fitUsl(pointsOf({ gamma: 50, alpha: 0.3, beta: 0 }));
    expect(levelling?.alpha).toBeCloseTo(0.3, 6);
    expect(levelling?.peakUsers ?? 1e6).toBeGreaterThan(1e4);
    // Faster than in proportion, which the law cannot be with such parameters.
    const better = fitUsl([1, 2, 4, 8].map((n) => ({ virtualUsers: n, ratePerSecond: n ** 1.1 })));
    expect(better).toMatchObject({ alpha: 0, beta: 0 });
  });
});
