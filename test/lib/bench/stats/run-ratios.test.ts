import { ratioAgainst } from '../../../../lib/bench/stats/run-ratios.ts';

const ratio = (mean: number) => ({
  mean,
  standardError: 0.03,
  degreesOfFreedom: 10,
  repeats: 6,
});

const errorAt = (common: number): number =>
  ratioAgainst(ratio(0), [ratio(common), ratio(common)]).standardError;

describe('A ratio against others', () => {
  it('lacks what they have in common, even if one of them changed for another reason', () => {
    expect(ratioAgainst(ratio(-0.8), [ratio(-0.2), ratio(-0.21), ratio(-0.9)]).mean).toBeCloseTo(
      -0.59,
      10,
    );
  });

  it('is less sure than itself, and the less the more they changed', () => {
    expect(errorAt(0)).toBeCloseTo(0.03 * Math.sqrt(1.5), 10);
    expect(errorAt(-2)).toBeGreaterThan(0.1);
  });
});
