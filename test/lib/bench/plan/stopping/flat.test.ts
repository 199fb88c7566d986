import { flatStretchAround } from '../../../../../lib/bench/plan/stopping/flat.ts';

const around = (virtualUsers: number, rates: Readonly<Record<number, number>>) =>
  flatStretchAround(
    virtualUsers,
    Object.entries(rates).map(([users, ratePerSecond]) => ({
      virtualUsers: Number(users),
      ratePerSecond,
    })),
  );

describe('a flat stretch around a level', () => {
  it('has measured ends and a measured level between them, all of about the same rate', () => {
    expect(around(30, { 10: 100, 50: 104, 100: 102 })).toEqual({
      fromUsers: 10,
      toUsers: 100,
      leastRate: 100,
      greatestRate: 104,
      levels: 3,
    });
    expect(around(50, { 10: 100, 50: 104, 100: 102 })).toMatchObject({ fromUsers: 10 });
  });

  it('is none where only its ends are known, which do not show a bulge between them', () => {
    expect(around(50, { 10: 100, 100: 102 })).toBeUndefined();
    expect(around(30, { 10: 100, 50: 140, 100: 102 })).toBeUndefined();
  });

  it('is none below the knee, where the rate climbs', () => {
    const climbing = { 1: 20, 8: 95, 30: 100, 60: 101, 100: 99 };
    expect(around(4, climbing)).toBeUndefined();
    expect(around(40, climbing)).toMatchObject({ fromUsers: 8, toUsers: 100 });
  });

  it('is none around its own ends, nor where nothing was right', () => {
    const flat = { 10: 100, 50: 104, 100: 102 };
    expect(around(10, flat)).toBeUndefined();
    expect(around(100, flat)).toBeUndefined();
    expect(around(30, { 10: 0, 50: 0, 100: 0 })).toBeUndefined();
  });
});
