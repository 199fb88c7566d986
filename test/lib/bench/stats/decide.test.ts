import { decideFamily, holm } from '../../../../lib/bench/stats/decide.ts';
import {
  pairedLogRatio,
  unpairedLogRatio,
  type MeasuredRate,
} from '../../../../lib/bench/stats/log-ratio.ts';

const rate = (ratePerSecond: number, answers = 10_000): MeasuredRate => ({
  ratePerSecond,
  answers,
});

const pairs = (...rates: readonly (readonly [number, number])[]) =>
  rates.map(([first, second]) => [rate(first), rate(second)] as const);

describe('the ratio of two rates', () => {
  it('is the geometric mean of the repeats, with the standard error of a mean', () => {
    const ratio = pairedLogRatio(pairs([100, 50], [110, 50], [121, 50]));

    expect(Math.exp(ratio.mean)).toBeCloseTo(2.2, 10);
    expect(ratio.standardError).toBeCloseTo(Math.log(1.1) / Math.sqrt(3), 10);
    expect(ratio.degreesOfFreedom).toBe(2);
  });

  it('does not feel what a repeat did to both sides', () => {
    const steady = pairedLogRatio(pairs([100, 80], [101, 79], [99, 81]));
    const drifting = pairedLogRatio(pairs([100, 80], [50.5, 39.5], [9.9, 8.1]));

    expect(drifting.mean).toBeCloseTo(steady.mean, 10);
    expect(drifting.standardError).toBeCloseTo(steady.standardError, 10);
  });

  it('is no surer than one answer, where repeats happen to count alike', () => {
    const alike = [rate(1.5, 20), rate(1.5, 20)] as const;

    expect(pairedLogRatio([alike, alike, alike, alike]).standardError).toBeCloseTo(1 / 20 / 2, 10);
  });

  it('has the degrees of freedom of Welch where the repeats are not paired', () => {
    const noisy = [80, 100, 125].map((one) => rate(one));
    const calm = [100, 100.1, 99.9].map((one) => rate(one));
    const ratio = unpairedLogRatio(noisy, calm);

    expect(ratio.degreesOfFreedom).toBeCloseTo(2, 2);
    expect(unpairedLogRatio(noisy, noisy).degreesOfFreedom).toBeCloseTo(4, 10);
    expect(ratio.mean).toBeCloseTo(0, 5);
  });
});

describe('the procedure of Holm', () => {
  it('multiplies each p value by the hypotheses that are still open, and never lets one overtake a greater', () => {
    const steps = holm([0.01, 0.04, 0.03, 0.005], 0.05);

    expect(steps.map(({ adjustedPValue }) => Number(adjustedPValue.toFixed(6)))).toEqual([
      0.03, 0.06, 0.06, 0.02,
    ]);
    expect(steps.map(({ rejected }) => rejected)).toEqual([true, false, false, true]);
  });

  it('rejects nothing after the first that is too great', () => {
    // 0.026 alone would pass 0.05 / 1, but 0.026 before it fails 0.05 / 2.
    const steps = holm([0.026, 0.026], 0.05);

    expect(steps.map(({ rejected }) => rejected)).toEqual([false, false]);
  });
});

describe('the decision of a family', () => {
  const wide = { standardError: 0.02, degreesOfFreedom: 4 };
  const narrow = { standardError: 0.002, degreesOfFreedom: 4 };

  it.each([
    ['faster', Math.log(1.2), narrow],
    ['slower', -Math.log(1.2), narrow],
    ['equivalent', 0.005, narrow],
    ['undecided', 0.005, wide],
    ['undecided', Math.log(1.03), narrow],
  ] as const)('says %s of a log ratio of %d', (word, mean, spread) => {
    expect(decideFamily([{ mean, ...spread }]).map((one) => one.word)).toEqual([word]);
  });

  it('does not call faster what is surely faster, but perhaps by less than 3 %', () => {
    const [decision] = decideFamily([{ mean: Math.log(1.025), ...narrow }]);

    expect(decision?.ratio.interval.low).toBeGreaterThan(1);
    expect(decision?.pValue).toBeLessThan(0.001);
    expect(decision?.word).toBe('undecided');
  });

  it('gives the textbook interval where there is one comparison', () => {
    const [decision] = decideFamily([{ mean: 0.1, standardError: 0.01, degreesOfFreedom: 4 }]);

    expect(Math.log(decision?.ratio.interval.low ?? 0)).toBeCloseTo(0.1 - 2.7764 * 0.01, 5);
    expect(decision?.ratio.interval.confidence).toBe(0.95);
  });

  it('asks more of each comparison the more there are', () => {
    const one = { mean: 0.065, standardError: 0.01, degreesOfFreedom: 4 };
    const others = Array.from({ length: 5 }, () => ({ ...one, mean: 0 }));

    expect(decideFamily([one])[0]?.word).toBe('faster');
    expect(decideFamily([one, ...others])[0]?.word).toBe('undecided');
  });

  it('never lets word, interval and adjusted p value contradict each other', () => {
    const means = [0, 0.005, 0.02, 0.03, 0.035, 0.05, 0.08, 0.3].flatMap((mean) => [mean, -mean]);
    for (const standardError of [0.0005, 0.003, 0.01, 0.03]) {
      const family = means.map((mean) => ({ mean, standardError, degreesOfFreedom: 4 }));
      for (const { word, ratio, adjustedPValue } of decideFamily(family)) {
        const { low, high } = ratio.interval;
        const shown =
          low > 1.03
            ? 'faster'
            : high < 1 / 1.03
              ? 'slower'
              : low > 1 / 1.03 && high < 1.03
                ? 'equivalent'
                : 'undecided';
        expect(word).toBe(shown);
        expect(adjustedPValue <= 0.05).toBe(word !== 'undecided');
      }
    }
  });
});
