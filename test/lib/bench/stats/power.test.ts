import { decide, isOpen, SPEED_ERROR } from '../../../../lib/bench/stats/judgement.ts';
import type { RepeatFigure } from '../../../../lib/bench/stats/interval.ts';
import { pairedDifferences, estimate } from '../../../../lib/bench/stats/noise.ts';
import { minRatio, repeatsToDecide } from '../../../../lib/bench/stats/power.ts';
import { createRandom } from '../../../../lib/bench/stats/random.ts';
import { normalFrom } from '../../../support/normal-from.ts';

const RUNS = 400;

/** Simulates runs at one level, and returns the share in which the first target, which is this much faster, is told from the second. */
const decidedShare = (
  ratio: number,
  noise: number,
  repeats: number,
  targets = 2,
  error = 0.05,
): number => {
  const normal = normalFrom(createRandom(11));
  const decided = Array.from({ length: RUNS }, () => {
    const rates = Array.from({ length: targets }, (_, target) =>
      Array.from({ length: repeats }, (): RepeatFigure => ({
        value: (target === 0 ? ratio : 1) * Math.exp(noise * normal()),
        minError: 1e-4,
      })),
    );
    const comparisons = rates.flatMap((own, first) =>
      rates.slice(first + 1).map((otherRates, more) => ({
        first: String(first),
        second: String(first + 1 + more),
        levels: new Map([
          ['x', pairedDifferences(own.map((rate, at) => [rate, otherRates[at] ?? rate] as const))],
        ]),
      })),
    );
    const [first] = estimate(comparisons).flatMap((ratios) => ratios?.overall ?? []);
    const decision = first && decide(first, error / comparisons.length);
    return decision !== undefined && !isOpen(decision.judgement);
  });
  return decided.filter(Boolean).length / RUNS;
};

const measured = (ratio: number, deviation: number, repeats: number) => ({
  mean: Math.log(ratio),
  standardError: deviation / Math.sqrt(repeats),
  degreesOfFreedom: repeats - 1,
  repeats,
});

describe('The repeats that would decide a pair', () => {
  it.each([
    [1.07, 0.08],
    [1 / 1.17, 0.2],
    [1, 0.03],
  ])('decide it in about 80 %% of the runs: ratio %d, deviation %d', (ratio, deviation) => {
    const repeats = repeatsToDecide(measured(ratio, deviation, 5), 5, 0.05) ?? 0;

    expect(repeats).toBeGreaterThan(5);
    const share = decidedShare(ratio, deviation / Math.SQRT2, repeats);
    expect(share).toBeGreaterThan(0.75);
    expect(share).toBeLessThan(0.92);
  });

  it('are more than those that were measured', () => {
    expect(repeatsToDecide(measured(2, 0.01, 5), 5, 0.05)).toBe(6);
  });

  it('are unknown above a thousand', () => {
    expect(repeatsToDecide(measured(1.012, 0.4, 5), 5, 0.05)).toBeUndefined();
    expect(repeatsToDecide(measured(2, 0.01, 1500), 1500, 0.05)).toBeUndefined();
  });
});

describe('The smallest ratio that a plan detects', () => {
  it.each([
    [5, 4, 0.05, 1],
    [20, 4, 0.05, 1],
    [12, 2, 0.05, 0.3],
    [5, 13, 0.02, 1],
  ])(
    'is detected in about 80 %% of the runs: %d repeats, %d targets, noise %d, %d of the error',
    (repeats, targets, noise, errorPart) => {
      const ratio = minRatio({ repeats, targets, levels: 1, noise, errorPart }) ?? 1;

      const share = decidedShare(ratio, noise, repeats, targets, SPEED_ERROR * errorPart);
      expect(share).toBeGreaterThan(0.7);
      expect(share).toBeLessThan(0.88);
    },
  );
});
