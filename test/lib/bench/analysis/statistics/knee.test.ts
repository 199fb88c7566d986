import {
  kneeBounds,
  kneeOf,
  worthwhileLog,
  type LoadStep,
} from '../../../../../lib/bench/analysis/statistics/knee.ts';
import { createRandom } from '../../../../../lib/bench/load/random.ts';
import { pairedLogRatio } from '../../../../../lib/bench/analysis/verdicts/log-ratio.ts';

const steps = (
  rates: Readonly<Record<number, number>>,
  standardError = 0.001,
): readonly LoadStep[] => {
  const points = Object.entries(rates).map(([users, rate]) => [Number(users), rate] as const);
  return points.slice(1).flatMap(([toUsers, rate], index) => {
    const [fromUsers, before] = points[index] ?? [1, 1];
    const mean = Math.log(rate / before) - worthwhileLog(fromUsers, toUsers);
    return [{ fromUsers, toUsers, excess: { mean, standardError, degreesOfFreedom: 4 } }];
  });
};

const curve = { 1: 10, 2: 19, 4: 34, 8: 50, 16: 51, 32: 51 };

describe('the knee', () => {
  it('is the last level before the rate grows by less than a tenth of what the load does', () => {
    expect(kneeOf(steps(curve))).toBe(8);
  });

  it('counts a growth of just a tenth as worth it', () => {
    expect(kneeOf(steps({ 10: 100, 20: 110, 40: 110 }))).toBe(20);
    expect(kneeOf(steps({ 10: 100, 20: 109, 40: 200 }))).toBe(10);
  });

  it('does not move to a high level by the noise of a flat curve', () => {
    expect(kneeOf(steps({ 10: 66, 80: 67, 90: 66.5, 100: 68 }))).toBe(10);
  });

  it('is the lowest level where all are past it, and absent where the rate still grows', () => {
    expect(kneeOf(steps({ 10: 67, 20: 66, 30: 67 }))).toBe(10);
    expect(kneeOf(steps({ 1: 10, 2: 20, 4: 40 }))).toBeUndefined();
    expect(kneeOf(steps({ 1: 10 }))).toBeUndefined();
  });
});

describe('what the knee lies between', () => {
  it('are the levels beside it, where the noise is small', () => {
    expect(kneeBounds(steps(curve))).toEqual({ aboveUsers: 4, belowUsers: 16 });
  });

  it('has no upper end where the rate still grew, and no lower one where it never did', () => {
    expect(kneeBounds(steps({ 1: 10, 2: 20, 4: 40 }))).toEqual({ aboveUsers: 2 });
    expect(kneeBounds(steps({ 10: 67, 20: 66, 30: 67 }))).toEqual({ belowUsers: 20 });
  });

  it('grows with the noise, and is open where nothing tells of it', () => {
    expect(kneeBounds(steps(curve, 0.02))).toEqual({ aboveUsers: 4, belowUsers: 32 });
    expect(kneeBounds(steps(curve, 0.1))).toEqual({ aboveUsers: 4 });
    expect(kneeBounds(steps(curve, Infinity))).toEqual({});
  });

  it('holds the true knee in 95 % of noisy runs and more', () => {
    const random = createRandom(4);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const truth = Object.entries({ 1: 10, 2: 19, 4: 34, 8: 50, 16: 53.9, 32: 54 });
    const runs = Array.from({ length: 1000 }, () => {
      const levels = truth.map(([users, rate]) => ({
        users: Number(users),
        rates: [1, 2, 3, 4, 5].map(() => ({
          ratePerSecond: rate * Math.exp(0.05 * normal()),
          answers: 1000,
        })),
      }));
      return kneeBounds(
        levels.slice(1).flatMap(({ users, rates }, index): LoadStep[] => {
          const before = levels[index];
          if (before === undefined) return [];
          const ratio = pairedLogRatio(
            rates.flatMap((rate, repeat) => {
              const one = before.rates[repeat];
              return one === undefined ? [] : [[rate, one] as const];
            }),
          );
          const mean = ratio.mean - worthwhileLog(before.users, users);
          return [{ fromUsers: before.users, toUsers: users, excess: { ...ratio, mean } }];
        }),
      );
    });
    const holding = runs.filter(
      ({ aboveUsers = 0, belowUsers = Infinity }) => aboveUsers < 8 && belowUsers > 8,
    );

    expect(holding.length).toBeGreaterThanOrEqual(950);
  });
});
