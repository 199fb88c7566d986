import {
  mergeDistributions,
  readDistribution,
  type Distribution,
} from '../../../../../lib/bench/analysis/statistics/distribution.ts';
import type { Interval } from '../../../../../lib/bench/analysis/statistics/interval.ts';
import { percentileInterval } from '../../../../../lib/bench/analysis/statistics/percentile-interval.ts';
import {
  createHistogram,
  encodeHistogram,
  recordLatency,
} from '../../../../../lib/bench/load/histogram.ts';
import { createRandom } from '../../../../../lib/bench/load/random.ts';

const distributionOf = (latenciesMs: readonly number[]): Distribution => {
  const histogram = createHistogram(1000);
  for (const latencyMs of latenciesMs) recordLatency(histogram, latencyMs);
  return readDistribution(encodeHistogram(histogram));
};

const intervalMs = (
  repeats: readonly Distribution[],
  percentile: number,
): Pick<Interval, 'low' | 'high'> => {
  const merged = mergeDistributions(repeats);
  const interval = merged && percentileInterval(merged, repeats, percentile);
  if (interval === undefined) throw new Error('no interval');
  return { low: interval.low / 1000, high: interval.high / 1000 };
};

const upTo500Ms = distributionOf(Array.from({ length: 500 }, (_, index) => index + 1));

describe('the interval of a percentile', () => {
  it('is that of Clopper and Pearson for as many answers as there are where repeats agree', () => {
    // 500 of 1,000 answers: a share from 0.4685 to 0.5315, and each whole ms is in two answers.
    const { low, high } = intervalMs([upTo500Ms, upTo500Ms], 50);
    expect(low).toBeCloseTo(235, 0);
    expect(high).toBeCloseTo(267, 0);
  });

  it('is wider where repeats differ by more than chance', () => {
    const [fast, slow] = [10, 20].map((ms) =>
      distributionOf(Array.from({ length: 500 }, (_, index) => ms + index / 1000)),
    );
    if (fast === undefined || slow === undefined) throw new Error('no distribution');
    const { low, high } = intervalMs([fast, slow, fast, slow], 50);
    expect(low).toBeLessThan(10.5);
    expect(high).toBeGreaterThan(20);
  });

  it('ends at the slowest answer where there are too few above the percentile', () => {
    expect(intervalMs([upTo500Ms, upTo500Ms], 99.9).high).toBeCloseTo(500, 0);
  });

  it('is absent for one repeat, and where nothing was answered', () => {
    const empty = distributionOf([]);
    expect(percentileInterval(upTo500Ms, [upTo500Ms], 99)).toBeUndefined();
    expect(percentileInterval(empty, [empty, empty], 99)).toBeUndefined();
  });
});

// Means that differ by up to 5 % from repeat to repeat, all as likely, and exponential latencies around them; the sizes are
// those of the recorded run's rows at one virtual user, of a common plan and of long windows.
const MEANS_MS = [19, 21] as const;

/** The percentile of the mixture of all those exponentials, by bisection. */
const trueMs = (share: number): number => {
  const [least, most] = MEANS_MS;
  const below = (ms: number): number => {
    const STEPS = 200;
    const sum = Array.from({ length: STEPS }, (_, step) => {
      const meanMs = least + ((most - least) * (step + 0.5)) / STEPS;
      return 1 - Math.exp(-ms / meanMs);
    }).reduce((total, one) => total + one, 0);
    return sum / STEPS;
  };
  let [low, high] = [0, 1000];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (below(middle) < share) low = middle;
    else high = middle;
  }
  return low;
};

const truths = [50, 95, 99].map((percentile) => ({
  percentile,
  truthMs: trueMs(percentile / 100),
}));

describe('of 300 runs whose repeats differ, the true percentile is inside the interval in about 95 of 100', () => {
  it.each([
    [12, 55],
    [5, 100],
    [3, 200],
    [5, 600],
  ])('%i repeats of %i answers', (repeats, answers) => {
    const RUNS = 300;
    const random = createRandom(9);
    const [least, most] = MEANS_MS;
    const covered = truths.map(() => 0);
    for (let run = 0; run < RUNS; run += 1) {
      const distributions = Array.from({ length: repeats }, () => {
        const meanMs = least + (most - least) * random();
        return distributionOf(
          Array.from({ length: answers }, () => -meanMs * Math.log(1 - random())),
        );
      });
      for (const [place, { percentile, truthMs }] of truths.entries()) {
        const { low, high } = intervalMs(distributions, percentile);
        if (low <= truthMs && truthMs <= high) covered[place] = (covered[place] ?? 0) + 1;
      }
    }
    for (const count of covered) expect(count / RUNS).toBeGreaterThanOrEqual(0.93);
  });
});
