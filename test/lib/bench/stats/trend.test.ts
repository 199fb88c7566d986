import { createRandom } from '../../../../lib/bench/stats/random.ts';
import { trendOf } from '../../../../lib/bench/stats/trend.ts';

const widthOf = (values: readonly number[]): number => {
  const { low, high } = trendOf(values)?.change ?? { low: 0, high: 0 };
  return high - low;
};

describe('A trend', () => {
  it('has a change that differs from 0 in at most 1 of 100 series of pure noise', () => {
    const random = createRandom(11);
    const sure = Array.from({ length: 2000 }, () =>
      trendOf(Array.from({ length: 20 }, () => random())),
    ).filter((trend) => trend !== undefined && (trend.change.low > 0 || trend.change.high < 0));

    expect(sure.length).toBeLessThanOrEqual(20);
  });

  it('has an interval that contains the true change in at least 98 of 100 noisy lines', () => {
    const random = createRandom(13);
    const covered = Array.from({ length: 1000 }, () =>
      trendOf(Array.from({ length: 50 }, (_, at) => at + 20 * random())),
    ).filter((trend) => trend !== undefined && trend.change.low <= 49 && trend.change.high >= 49);

    expect(covered.length).toBeGreaterThanOrEqual(980);
  });

  it('knows the change of a straight line exactly, and that equal values do not change', () => {
    expect(trendOf([1, 2, 3, 4, 5, 6, 7, 8])).toMatchObject({
      from: 1,
      to: 8,
      change: { high: 7 },
    });
    expect(trendOf(Array.from({ length: 50 }, () => 30))?.change).toEqual({ low: 0, high: 0 });
  });

  it('is wider if neighbours are alike', () => {
    const random = createRandom(17);
    const values = Array.from({ length: 12 }, () => random());
    const inFours = values.flatMap((value) => [value, value, value, value]);
    const mixed = [0, 1, 2, 3].flatMap(() => values);

    expect(widthOf(inFours)).toBeGreaterThan(1.5 * widthOf(mixed));
  });

  it('is unknown for fewer than eight values', () => {
    expect(trendOf([1, 2, 3, 4, 5, 6, 7])).toBeUndefined();
  });
});
