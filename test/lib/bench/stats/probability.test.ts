import { studentTCdf, studentTQuantile } from '../../../../lib/bench/stats/probability.ts';

describe('Student’s t distribution', () => {
  // Two-sided 95 % and 99 % values of printed tables.
  it.each([
    [0.975, 1, 12.7062],
    [0.975, 2, 4.3027],
    [0.975, 4, 2.7764],
    [0.975, 9, 2.2622],
    [0.975, 30, 2.0423],
    [0.995, 4, 4.6041],
    [0.95, 5, 2.015],
    [0.975, 341, 1.9669],
    [0.975, 342, 1.9669],
    [0.975, 1000, 1.9623],
    [0.995, 1_000_000, 2.5758],
  ])(
    'has the quantile of the tables for the share %p and %p degrees of freedom',
    (share, df, t) => {
      expect(studentTQuantile(share, df)).toBeCloseTo(t, 4);
      expect(studentTCdf(t, df)).toBeCloseTo(share, 5);
    },
  );

  it('takes degrees of freedom that are no whole number, as those of Welch and Satterthwaite', () => {
    expect(studentTQuantile(0.975, 4.5)).toBeLessThan(studentTQuantile(0.975, 4));
    expect(studentTQuantile(0.975, 4.5)).toBeGreaterThan(studentTQuantile(0.975, 5));
  });

  it('has exact tails', () => {
    expect(studentTCdf(-2.776445, 4)).toBeCloseTo(0.025, 7);
    expect(studentTCdf(0, 4)).toBeCloseTo(0.5, 12);
    // With one degree of freedom it is Cauchy's: the tails are arctan(1 ÷ t) ÷ π.
    expect(studentTCdf(-1e4, 1) / (Math.atan(1e-4) / Math.PI)).toBeCloseTo(1, 11);
  });
});
