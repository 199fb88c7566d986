import {
  binomialCdf,
  digamma,
  incompleteBeta,
  studentTCdf,
  studentTQuantile,
  trigamma,
  whereReached,
} from '../../../../lib/bench/stats/probability.ts';

const relativeError = (value: number, expected: number): number => Math.abs(value / expected - 1);

describe('The incomplete beta function', () => {
  it('is a power if a parameter is 1', () => {
    for (const [x, other] of [
      [0.3, 5],
      [1e-9, 2.5],
      [0.999, 40],
      [0.9999, 1e5],
    ] as const) {
      expect(relativeError(incompleteBeta(x, other, 1), x ** other)).toBeLessThan(1e-10);
      const power = -Math.expm1(other * Math.log1p(-x));
      expect(relativeError(incompleteBeta(x, 1, other), power)).toBeLessThan(1e-10);
    }
  });

  it('is a sum of binomial probabilities for whole parameters, from 0 to 1', () => {
    // 1 − (1 + 4 + 6) ÷ 16, and the chances of 2, 3 and 4 of 4 at 0.25.
    expect(incompleteBeta(0.5, 3, 2)).toBeCloseTo(5 / 16, 13);
    expect(incompleteBeta(0.25, 2, 3)).toBeCloseTo((6 * 9 + 4 * 3 + 1) / 256, 13);
    expect(incompleteBeta(0.5, 5e5, 5e5)).toBeCloseTo(0.5, 8);
    expect([0, 1].map((x) => incompleteBeta(x, 3, 4))).toEqual([0, 1]);
  });
});

describe('The derivatives of ln Γ', () => {
  it('have the known values at 1 and at ½', () => {
    const euler = 0.577_215_664_901_532_9;

    expect(digamma(1)).toBeCloseTo(-euler, 12);
    expect(digamma(0.5)).toBeCloseTo(-euler - 2 * Math.LN2, 12);
    expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 12);
    expect(trigamma(0.5)).toBeCloseTo(Math.PI ** 2 / 2, 12);
    expect(trigamma(1e6)).toBeCloseTo(1e-6 + 5e-13, 15);
  });
});

describe('The binomial distribution', () => {
  it('gives the probabilities of few trials', () => {
    expect(binomialCdf(1, 4, 0.5)).toBeCloseTo(5 / 16, 9);
    expect([-1, 4].map((successes) => binomialCdf(successes, 4, 0.5))).toEqual([0, 1]);
  });

  it('gives the probabilities of a million trials', () => {
    // Within one standard deviation, 500, with the correction for whole numbers.
    const chance = binomialCdf(500_500, 1_000_000, 0.5) - binomialCdf(499_499, 1_000_000, 0.5);

    expect(chance).toBeCloseTo(0.683173, 6);
  });
});

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

  it('accepts fractional degrees of freedom, as those of Welch and Satterthwaite', () => {
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

describe('The argument at which a function reaches a value', () => {
  it.each([
    ['steep', (x: number) => x ** 9, 1e-9],
    ['flat', (x: number) => 1 - (1 - x) ** 9, 0.999_999],
    ['a step', (x: number) => (x < 0.7 ? 0 : 1), 0.5],
  ])('is found to the last digits: %s', (_, increasing, value) => {
    const x = whereReached(increasing, value, 0, 1);

    expect(increasing(x * (1 - 1e-9))).toBeLessThanOrEqual(value);
    expect(increasing(Math.min(1, x * (1 + 1e-9)))).toBeGreaterThanOrEqual(value);
  });
});
