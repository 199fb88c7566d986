import type { RepeatFigure } from '../../../../lib/bench/stats/interval.ts';
import { pairedDifferences, unpairedDifferences } from '../../../../lib/bench/stats/log-ratio.ts';
import { estimate, moderate, type Comparison } from '../../../../lib/bench/stats/noise.ts';

const rate = (value: number, answers = 10_000): RepeatFigure => ({
  value,
  leastError: 1 / answers,
});

const pairs = (...rates: readonly (readonly [number, number])[]) =>
  rates.map(([first, second]) => [rate(first), rate(second)] as const);

const alone = (...levels: readonly Comparison['levels'][]): readonly Comparison[] =>
  levels.map((one) => ({ first: 'a', second: 'b', levels: one }));

describe('The differences of two sides', () => {
  it('cancel what a repeat did to both', () => {
    const steady = pairedDifferences(pairs([100, 80], [101, 79], [99, 81]));
    const drifting = pairedDifferences(pairs([100, 80], [50.5, 39.5], [9.9, 8.1]));

    expect(drifting.mean).toBeCloseTo(steady.mean, 10);
    expect(drifting.squares).toBeCloseTo(steady.squares, 10);
  });

  it('have the scatter of both sides if the repeats are not paired', () => {
    const { squares, degreesOfFreedom } = unpairedDifferences(pairs([100, 80], [50, 40]));

    // Each side lies log 2 ÷ 2 to either side of its mean.
    expect(squares / degreesOfFreedom).toBeCloseTo(2 * (Math.LN2 ** 2 / 2), 10);
  });
});

describe('The ratio of two targets alone', () => {
  it('is the geometric mean of the repeats, with the standard error of a mean', () => {
    const levels = new Map([['x', pairedDifferences(pairs([100, 50], [110, 50], [121, 50]))]]);
    const [told] = estimate(alone(levels));

    expect(Math.exp(told?.overall.mean ?? 0)).toBeCloseTo(2.2, 10);
    expect(told?.overall.standardError).toBeCloseTo(Math.log(1.1) / Math.sqrt(3), 10);
    expect(told?.overall.degreesOfFreedom).toBeCloseTo(2, 10);
    expect(told?.levels.get('x')).toEqual(told?.overall);
  });

  it('is not more certain than one answer, even if all repeats are equal by chance', () => {
    const alike = [rate(1.5, 20), rate(1.5, 20)] as const;
    const [told] = estimate(
      alone(new Map([['x', pairedDifferences([alike, alike, alike, alike])]])),
    );

    expect(told?.overall.standardError).toBeCloseTo(1 / 20 / 2, 10);
  });

  it('rests on the noise at all levels, with equal weight', () => {
    const one = pairedDifferences(pairs([100, 50], [110, 50], [121, 50]));
    const other = { ...one, mean: 0 };
    const [told] = estimate(
      alone(
        new Map([
          ['x', one],
          ['y', other],
        ]),
      ),
    );

    expect(told?.overall.mean).toBeCloseTo(one.mean / 2, 10);
    expect(told?.overall.degreesOfFreedom).toBeCloseTo(4, 10);
    expect(told?.overall.repeats).toBe(6);
    expect(told?.levels.get('y')).toMatchObject({ mean: 0, repeats: 3 });
  });

  it('is less certain at a level that is noisier than the others', () => {
    const quiet = pairedDifferences(pairs([100, 100], [101, 100], [99, 100], [100, 100]));
    const levels = new Map([
      ['quiet', quiet],
      ['noisy', { ...quiet, squares: quiet.squares * 50 }],
    ]);
    const [told] = estimate(alone(levels));
    const [calm = 0, loud = 0] = [...(told?.levels.values() ?? [])].map(
      ({ standardError }) => standardError,
    );

    expect(loud).toBeGreaterThan(1.2 * calm);
    expect(told?.overall.degreesOfFreedom).toBeLessThan(4);
  });
});

/** Of the differences of two targets in many repeats. */
const withVariance = (variance: number) =>
  new Map([
    [
      'x',
      { mean: 0, repeats: 21, squares: variance * 20, degreesOfFreedom: 20, leastVariance: 1e-9 },
    ],
  ]);

/** What is taken for the variance of the differences of each pair, of targets whose own variances are these. */
const variancesOf = (own: readonly number[], missing = ''): ReadonlyMap<string, number> => {
  const comparisons = own.flatMap((one, first) =>
    own.slice(first + 1).map((other, more): Comparison => ({
      first: String(first),
      second: String(first + 1 + more),
      levels: withVariance(one + other),
    })),
  );
  const met = comparisons.map((one) =>
    one.first + one.second === missing ? { ...one, levels: new Map() } : one,
  );
  return new Map(
    estimate(met).flatMap((told, index) =>
      told === undefined
        ? []
        : [[`${met[index]?.first}${met[index]?.second}`, told.overall.standardError ** 2 * 21]],
    ),
  );
};

describe('The noise of several targets', () => {
  it('is that of each of them if all are alike', () => {
    for (const variance of variancesOf([4, 4, 4, 4]).values()) expect(variance).toBeCloseTo(8, 8);
  });

  it('stays greater for the noisier one, and does not affect pairs without it', () => {
    const told = variancesOf([4, 4, 4, 100]);

    expect(told.get('03')).toBeGreaterThan(80);
    expect(told.get('01')).toBeLessThan(60);
  });

  it('is estimated without a pair that has no common repeat', () => {
    const told = variancesOf([4, 4, 4, 4], '01');

    expect(told.size).toBe(5);
    for (const variance of told.values()) expect(variance).toBeCloseTo(8, 8);
  });

  it('is nothing if nothing is compared', () => {
    expect(estimate([])).toEqual([]);
  });
});

const moderated = (...variances: readonly number[]) =>
  moderate(variances.map((variance) => ({ variance, degreesOfFreedom: 4 })));

describe('Variances that are moderated', () => {
  it('are shrunk towards their common value, with more degrees of freedom', () => {
    const [low, high] = moderated(1, 2);

    expect(low?.variance).toBeGreaterThan(1);
    expect(high?.variance).toBeLessThan(2);
    expect(low?.degreesOfFreedom).toBe(7);
  });

  it('are hardly shrunk if they lie far apart', () => {
    const told = moderated(1, 1e4, 1, 1e4, 1, 1e4);

    expect(told[1]?.variance).toBeGreaterThan(9000);
    expect(told[1]?.degreesOfFreedom).toBeLessThan(4.5);
  });

  it('stay unchanged, with the same degrees of freedom, if there is only one', () => {
    expect(moderated(3)).toEqual([{ variance: 3, degreesOfFreedom: 4 }]);
  });
});
