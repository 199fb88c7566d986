import { standInsFor } from '../../../../../lib/bench/analysis/verdicts/stand-ins.ts';

const curveOf = (rates: Readonly<Record<number, readonly number[]>>) =>
  Object.entries(rates).map(([users, ratesPerSecond]) => ({
    virtualUsers: Number(users),
    ratesPerSecond,
    item: Number(users),
  }));

const forLevel = (users: number, rates: Readonly<Record<number, readonly number[]>>) => {
  const curve = curveOf(rates);
  const own = curve.find(({ virtualUsers }) => virtualUsers === users);
  if (own === undefined) throw new Error('no such level');
  return standInsFor(own, curve);
};

const three = [100, 101, 102];

describe('the levels that stand for another one', () => {
  it('are the ends of its flat stretch; those between with fewer repeats are witnesses', () => {
    expect(forLevel(30, { 10: three, 30: [], 50: [104], 100: three })).toMatchObject({
      anchors: [10, 100],
      witnesses: [50],
      stretch: { fromUsers: 10, toUsers: 100, levels: 3 },
    });
  });

  it('are all levels of the stretch that have enough repeats', () => {
    expect(forLevel(30, { 10: three, 30: [99], 50: three, 100: three })).toMatchObject({
      anchors: [10, 50, 100],
      witnesses: [30],
    });
  });

  it('is the level itself where it has enough repeats', () => {
    expect(forLevel(30, { 10: three, 30: three, 100: three })).toEqual({
      anchors: [30],
      witnesses: [],
    });
  });

  it('are none where the rate is not flat by all repeats of the run', () => {
    expect(forLevel(30, { 10: three, 30: [], 50: [104], 100: [100, 140, 160] })).toBeUndefined();
  });

  it('are none where an end of the stretch has too few repeats', () => {
    expect(forLevel(30, { 10: three, 30: [], 50: [104], 100: [101, 102] })).toBeUndefined();
  });
});
