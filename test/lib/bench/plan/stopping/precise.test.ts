import { halfWidthShare } from '../../../../../lib/bench/plan/stopping/precise.ts';

describe('how well a rate is known', () => {
  it('is the half width of Student’s t interval, with the error spread over the looks', () => {
    // Two looks of five repeats: 1 − 0.025 ÷ 2 with 2 degrees of freedom is 6.205.
    const spread = 0.01;
    const rates = [100 * Math.exp(-spread), 100, 100 * Math.exp(spread)];

    expect(halfWidthShare(rates, 5)).toBeCloseTo(Math.expm1((6.205 * spread) / Math.sqrt(3)), 4);
  });

  it('is unknown before the third repeat and where nothing was right', () => {
    expect(halfWidthShare([100, 100], 5)).toBe(Infinity);
    expect(halfWidthShare([100, 100, 0], 5)).toBe(Infinity);
  });
});
