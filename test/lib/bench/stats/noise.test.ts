import type { RepeatFigure } from '../../../../lib/bench/stats/interval.ts';
import {
  pairedDifferences,
  estimate,
  moderate,
  type PairDifferences,
} from '../../../../lib/bench/stats/noise.ts';

const rate = (value: number, answers = 10_000): RepeatFigure => ({
  value,
  minError: 1 / answers,
});

const pairs = (...rates: readonly (readonly [number, number])[]) =>
  rates.map(([first, second]) => [rate(first), rate(second)] as const);

const onePair = (levels: PairDifferences['levels']): readonly PairDifferences[] => [
  { first: 'a', second: 'b', levels },
];

describe('The differences of two targets', () => {
  it('cancel what a repeat did to both', () => {
    const steady = pairedDifferences(pairs([100, 80], [101, 79], [99, 81]));
    const drifting = pairedDifferences(pairs([100, 80], [50.5, 39.5], [9.9, 8.1]));

    expect(drifting.mean).toBeCloseTo(steady.mean, 10);
    expect(drifting.squares).toBeCloseTo(steady.squares, 10);
  });
});

describe('The ratio of two targets', () => {
  it('is the geometric mean of the repeats, with the standard error of a mean', () => {
    const levels = new Map([['x', pairedDifferences(pairs([100, 50], [110, 50], [121, 50]))]]);
    const [ratios] = estimate(onePair(levels));

    expect(Math.exp(ratios?.overall.mean ?? 0)).toBeCloseTo(2.2, 10);
    expect(ratios?.overall.standardError).toBeCloseTo(Math.log(1.1) / Math.sqrt(3), 10);
    expect(ratios?.overall.degreesOfFreedom).toBeCloseTo(2, 10);
    expect(ratios?.levels.get('x')).toEqual(ratios?.overall);
  });

  it('is at best as certain as its answers allow, even if all repeats are equal by chance', () => {
    const alike = [rate(1.5, 20), rate(1.5, 20)] as const;
    const [ratios] = estimate(
      onePair(new Map([['x', pairedDifferences([alike, alike, alike, alike])]])),
    );

    expect(ratios?.overall.standardError).toBeCloseTo(1 / 20 / 2, 10);
  });

  it('rests on the noise at all levels, with equal weight', () => {
    const one = pairedDifferences(pairs([100, 50], [110, 50], [121, 50]));
    const other = { ...one, mean: 0 };
    const [ratios] = estimate(
      onePair(
        new Map([
          ['x', one],
          ['y', other],
        ]),
      ),
    );

    expect(ratios?.overall.mean).toBeCloseTo(one.mean / 2, 10);
    expect(ratios?.overall.degreesOfFreedom).toBeCloseTo(4, 10);
    expect(ratios?.overall.repeats).toBe(6);
    expect(ratios?.levels.get('y')).toMatchObject({ mean: 0, repeats: 3 });
  });

  it('is less certain at a level that is noisier than the others', () => {
    const quiet = pairedDifferences(pairs([100, 100], [101, 100], [99, 100], [100, 100]));
    const levels = new Map([
      ['quiet', quiet],
      ['noisy', { ...quiet, squares: quiet.squares * 50 }],
    ]);
    const [ratios] = estimate(onePair(levels));
    const [calm = 0, loud = 0] = [...(ratios?.levels.values() ?? [])].map(
      ({ standardError }) => standardError,
    );

    expect(loud).toBeGreaterThan(1.2 * calm);
    expect(ratios?.overall.degreesOfFreedom).toBeLessThan(4);
  });
});

/** Differences with this variance, over many repeats at one level. */
const withVariance = (variance: number) =>
  new Map([
    [
      'x',
      { mean: 0, repeats: 21, squares: variance * 20, degreesOfFreedom: 20, minVariance: 1e-9 },
    ],
  ]);

/** The estimated variance of the differences of each pair, for targets with these true variances. */
const variancesOf = (truths: readonly number[], missing = ''): ReadonlyMap<string, number> => {
  const comparisons = truths.flatMap((one, first) =>
    truths.slice(first + 1).map((other, more): PairDifferences => ({
      first: String(first),
      second: String(first + 1 + more),
      levels: withVariance(one + other),
    })),
  );
  const measured = comparisons.map((pair) =>
    pair.first + pair.second === missing ? { ...pair, levels: new Map() } : pair,
  );
  return new Map(
    estimate(measured).flatMap((ratios, index) =>
      ratios === undefined
        ? []
        : [
            [
              `${measured[index]?.first}${measured[index]?.second}`,
              ratios.overall.standardError ** 2 * 21,
            ],
          ],
    ),
  );
};

describe('The noise of several targets', () => {
  it('is the same for all of them if it really is', () => {
    for (const variance of variancesOf([4, 4, 4, 4]).values()) expect(variance).toBeCloseTo(8, 8);
  });

  it('stays greater for a noisier target, and hardly affects pairs without it', () => {
    const told = variancesOf([4, 4, 4, 100]);

    expect(told.get('03')).toBeGreaterThan(80);
    expect(told.get('01')).toBeLessThan(60);
  });

  it('is estimated even if a pair is missing', () => {
    const told = variancesOf([4, 4, 4, 4], '01');

    expect(told.size).toBe(5);
    for (const variance of told.values()) expect(variance).toBeCloseTo(8, 8);
  });

  it('is not estimated without pairs', () => {
    expect(estimate([])).toEqual([]);
  });
});

const moderated = (...variances: readonly number[]) =>
  moderate(variances.map((variance) => ({ variance, degreesOfFreedom: 4 })));

describe('Moderated variances', () => {
  it('are shrunk towards their common value, with more degrees of freedom', () => {
    const [low, high] = moderated(1, 2);

    expect(low?.variance).toBeGreaterThan(1);
    expect(high?.variance).toBeLessThan(2);
    expect(low?.degreesOfFreedom).toBe(7);
  });

  it('are hardly shrunk if they differ a lot', () => {
    const told = moderated(1, 1e4, 1, 1e4, 1, 1e4);

    expect(told[1]?.variance).toBeGreaterThan(9000);
    expect(told[1]?.degreesOfFreedom).toBeLessThan(4.5);
  });

  it('do not change if there is only one', () => {
    expect(moderated(3)).toEqual([{ variance: 3, degreesOfFreedom: 4 }]);
  });
});
