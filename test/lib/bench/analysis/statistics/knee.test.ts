import { kneeOf } from '../../../../../lib/bench/analysis/statistics/knee.ts';

const points = (rates: Readonly<Record<number, number>>) =>
  Object.entries(rates).map(([users, ratePerSecond]) => ({
    virtualUsers: Number(users),
    ratePerSecond,
  }));

describe('the knee', () => {
  it('is the last level before the rate grows by less than a tenth of what the load does', () => {
    expect(kneeOf(points({ 1: 10, 2: 19, 4: 34, 8: 50, 16: 51, 32: 51 }))?.virtualUsers).toBe(8);
  });

  it('counts a growth of just a tenth as worth it', () => {
    expect(kneeOf(points({ 10: 100, 20: 110, 40: 110 }))?.virtualUsers).toBe(20);
    expect(kneeOf(points({ 10: 100, 20: 109, 40: 200 }))?.virtualUsers).toBe(10);
  });

  it('does not move to a high level by the noise of a flat curve', () => {
    expect(kneeOf(points({ 10: 66, 80: 67, 90: 66.5, 100: 68 }))?.virtualUsers).toBe(10);
  });

  it('is the lowest level where all are past it, and absent where the rate still grows', () => {
    expect(kneeOf(points({ 10: 67, 20: 66, 30: 67 }))?.virtualUsers).toBe(10);
    expect(kneeOf(points({ 1: 10, 2: 20, 4: 40 }))).toBeUndefined();
    expect(kneeOf(points({ 1: 10 }))).toBeUndefined();
  });
});
