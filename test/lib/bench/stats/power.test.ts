import { decideFamily } from '../../../../lib/bench/stats/decide.ts';
import { pairedLogRatio, type LogRatio } from '../../../../lib/bench/stats/log-ratio.ts';
import { leastRatio, repeatsToDecide } from '../../../../lib/bench/stats/power.ts';
import { createRandom } from '../../../../lib/bench/stats/random.ts';

const RUNS = 1000;

/** The share of runs in which a pair of this true ratio gets a word. */
const decidedShare = (
  ratio: number,
  noise: number,
  repeats: number,
  familyError: number,
): number => {
  const random = createRandom(11);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const rate = (mean: number) => ({
    ratePerSecond: mean * Math.exp(noise * normal()),
    answers: 10_000,
  });
  const decided = Array.from({ length: RUNS }, () => {
    const pairs = Array.from({ length: repeats }, () => [rate(ratio), rate(1)] as const);
    return decideFamily([pairedLogRatio(pairs)], familyError)[0]?.word !== 'undecided';
  });
  return decided.filter(Boolean).length / RUNS;
};

const seen = (ratio: number, deviation: number, repeats = 5): LogRatio => ({
  mean: Math.log(ratio),
  standardError: deviation / Math.sqrt(repeats),
  degreesOfFreedom: repeats - 1,
});

describe('the repeats that would decide a pair', () => {
  it.each([
    [1.1, 0.08],
    [1 / 1.2, 0.2],
    [1, 0.03],
  ])('decide it in about 80 %% of the runs: ratio %d, deviation %d', (ratio, deviation) => {
    const level = 0.05 / 6;
    const repeats = repeatsToDecide(seen(ratio, deviation), level) ?? 0;

    expect(repeats).toBeGreaterThan(5);
    const share = decidedShare(ratio, deviation / Math.SQRT2, repeats, level);
    expect(share).toBeGreaterThan(0.75);
    expect(share).toBeLessThan(0.95);
  });

  it('are more than those that were too few', () => {
    expect(repeatsToDecide(seen(2, 0.01), 0.05)).toBe(6);
  });

  it('are not told where they are more than anybody takes, as on the margin', () => {
    expect(repeatsToDecide(seen(1.0301, 0.05), 0.05)).toBeUndefined();
    expect(repeatsToDecide(seen(2, 0.01, 150), 0.05)).toBeUndefined();
  });
});

describe('the least ratio that a plan tells apart', () => {
  it.each([
    [5, 6, 0.05],
    [20, 6, 0.05],
    [5, 78, 0.02],
  ])(
    'is decided in about 80 %% of the runs: %d repeats, %d pairs, noise %d',
    (repeats, pairs, noise) => {
      const ratio = leastRatio({ repeats, pairs, noise }) ?? 1;

      const share = decidedShare(ratio, noise, repeats, 0.05 / pairs);
      expect(share).toBeGreaterThan(0.75);
      expect(share).toBeLessThan(0.88);
    },
  );
});
