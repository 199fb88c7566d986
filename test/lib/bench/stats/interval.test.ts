import {
  mergeDistributions,
  percentileOfRepeat,
  percentilesOf,
  readDistribution,
} from '../../../../lib/bench/stats/histogram.ts';
import { repeatsInterval } from '../../../../lib/bench/stats/interval.ts';
import { meanOf } from '../../../../lib/bench/stats/moments.ts';
import { createRandom } from '../../../../lib/bench/stats/random.ts';
import { normalFrom } from '../../../support/normal-from.ts';
import { loadResult } from '../../../support/recorded-run.ts';

const RUNS = 300;
const exact = (value: number) => ({ value, minError: 0 });

describe('The interval of a figure over repeats', () => {
  it('is Student’s t interval on logarithms around the figure', () => {
    // Logarithms −0.1, 0 and 0.1: s is 0.1, and t of 2 degrees of freedom is 4.3027.
    const interval = repeatsInterval(
      50,
      [-0.1, 0, 0.1].map((log) => exact(Math.exp(log))),
    );
    const factor = Math.exp((4.302_65 * 0.1) / Math.sqrt(3));

    expect(interval?.low).toBeCloseTo(50 / factor, 3);
    expect(interval?.high).toBeCloseTo(50 * factor, 3);
    expect(interval?.confidence).toBe(0.95);
  });

  it('is at least as wide as the answers of a repeat require, even if all repeats are equal by chance', () => {
    const alike = [1, 1, 1].map((value) => ({ value, minError: 0.02 }));
    const factor = Math.exp((4.302_65 * 0.02) / Math.sqrt(3));

    expect(repeatsInterval(10, alike)?.high).toBeCloseTo(10 * factor, 4);
  });

  it('is absent for one repeat, or if a repeat has no figure', () => {
    expect(repeatsInterval(5, [exact(5)])).toBeUndefined();
    expect(repeatsInterval(5, [exact(5), exact(0)])).toBeUndefined();
    expect(repeatsInterval(5, [exact(5), exact(Number.NaN)])).toBeUndefined();
  });

  it.each([2, 3, 5, 8, 12])('contains the true rate in 95 of 100 runs of %i repeats', (repeats) => {
    const normal = normalFrom(createRandom(repeats));
    const runs = Array.from({ length: RUNS }, () => {
      const rates = Array.from({ length: repeats }, () => 100 + 5 * normal());
      return repeatsInterval(meanOf(rates), rates.map(exact));
    });
    const holding = runs.filter(
      (interval) => interval && interval.low <= 100 && 100 <= interval.high,
    ).length;

    expect(holding / RUNS).toBeGreaterThanOrEqual(0.92);
    expect(holding / RUNS).toBeLessThanOrEqual(0.985);
  });
});

// Repeats with exponential latencies, whose mean is uniformly distributed over ± 5 %. The sizes are those of the recorded run's rows with one
// virtual user, of a typical plan, and of long windows.
const [MIN_MS, MAX_MS] = [19, 21];

/** The share of all latencies below a value, over all repeats. */
const shareBelow = (ms: number): number =>
  meanOf(
    Array.from(
      { length: 200 },
      (_, step) => 1 - Math.exp(-ms / (MIN_MS + ((MAX_MS - MIN_MS) * (step + 0.5)) / 200)),
    ),
  );

/** The true percentile over all repeats, by bisection. */
const trueMs = (share: number): number => {
  let [low, high] = [0, 1000];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (shareBelow(middle) < share) low = middle;
    else high = middle;
  }
  return low;
};

const truths = [50, 95, 99].map((percentile) => ({
  percentile,
  truth: trueMs(percentile / 100) * 1000,
}));

describe('The interval of a percentile over repeats that differ', () => {
  it.each([
    [12, 55],
    [5, 100],
    [3, 200],
  ])(
    'contains the true percentile in 95 of 100 runs of %i repeats with %i answers',
    (repeats, answers) => {
      const random = createRandom(9);
      const covered = truths.map(() => 0);
      for (let run = 0; run < RUNS; run += 1) {
        const distributions = Array.from({ length: repeats }, () => {
          const meanMs = MIN_MS + (MAX_MS - MIN_MS) * random();
          const latencies = Array.from({ length: answers }, () => -meanMs * Math.log(1 - random()));
          return readDistribution(loadResult(latencies, 1).histogram);
        });
        const merged = mergeDistributions(distributions);
        if (merged === undefined) throw new Error('no answers');
        for (const [index, { percentile, truth }] of truths.entries()) {
          const [figure = 0] = percentilesOf(merged, [percentile]);
          const { low, high } = repeatsInterval(
            figure,
            distributions.map((one) => percentileOfRepeat(one, percentile)),
          ) ?? { low: 0, high: 0 };
          if (low <= truth && truth <= high) covered[index] = (covered[index] ?? 0) + 1;
        }
      }
      for (const count of covered) expect(count / RUNS).toBeGreaterThanOrEqual(0.92);
    },
  );
});
