import { jackknifeInterval } from '../../../../../lib/bench/analysis/statistics/jackknife.ts';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / values.length;

const meansWithoutEach = (values: readonly number[]): number[] =>
  values.map((_, index) => mean(values.filter((__, other) => other !== index)));

const width = (values: readonly number[], confidence?: number): number => {
  const interval = jackknifeInterval(1000, meansWithoutEach(values), confidence);
  return (interval?.high ?? 0) - (interval?.low ?? 0);
};

describe('the interval from leaving each repeat out', () => {
  it('is Student’s t interval where the figure is a mean', () => {
    // Mean 5, standard deviation √2.5, standard error √0.5, t 2.776445.
    const values = [3, 4, 5, 6, 7];
    const interval = jackknifeInterval(5, meansWithoutEach(values));
    const halfWidth = 2.776445 * Math.sqrt(0.5);
    expect(interval?.low).toBeCloseTo(5 - halfWidth, 5);
    expect(interval?.high).toBeCloseTo(5 + halfWidth, 5);
    expect(interval).toMatchObject({ confidence: 0.95, method: 'student-t' });
  });

  it('is wider for fewer repeats and for more confidence', () => {
    expect(width([999, 1001])).toBeGreaterThan(width([999, 1001, 999, 1001]));
    expect(width([999, 1001, 1000], 0.99)).toBeGreaterThan(width([999, 1001, 1000], 0.95));
  });

  it('never goes below zero, where no rate and no latency is', () => {
    expect(jackknifeInterval(5, meansWithoutEach([1, 9]))?.low).toBe(0);
  });

  it('is absent for one repeat, and for a figure that is not there', () => {
    expect(jackknifeInterval(5, [5])).toBeUndefined();
    expect(jackknifeInterval(5, [5, Number.NaN])).toBeUndefined();
  });
});
