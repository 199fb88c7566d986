import { curvePercentiles } from '../../../../../lib/bench/analysis/statistics/curve-percentiles.ts';

describe('the percentiles of a plot', () => {
  it('end where the answers no longer support them', () => {
    expect(curvePercentiles(458).at(-1)).toBe(98);
    expect(curvePercentiles(459).at(-1)).toBe(99);
    expect(curvePercentiles(4603).at(-1)).toBe(99.9);
    expect(curvePercentiles(10)).toEqual([0, 10, 25, 50]);
    expect(curvePercentiles(0)).toEqual([]);
  });

  it('hold the usual ones where there are enough', () => {
    expect(curvePercentiles(1e6)).toEqual(
      expect.arrayContaining([50, 75, 90, 95, 99, 99.9, 99.99]),
    );
  });
});
