import {
  FINAL,
  limitRateOf,
  nextRate,
  standingRate,
  type TriedRate,
} from '../../../../../lib/bench/analysis/tuning/limit-rate.ts';
import { createRandom } from '../../../../../lib/bench/stats/random.ts';

const tried = (overLimit: number): TriedRate => ({ ratePerSecond: 100, requests: 1000, overLimit });
const kept = tried(10);
const missed = tried(11);

/** How far trials moved the rate, of its logarithm. */
const moved = (...trials: readonly TriedRate[]): number =>
  Math.log(standingRate({ trials: 9, firstStep: 0.1 }, 100, trials) / 100);

describe('A staircase', () => {
  it('goes down by a step if one per cent of the requests was late or failed, and else up by a smaller one', () => {
    expect(moved(missed)).toBeCloseTo(-0.1);
    expect(moved(kept)).toBeCloseTo(0.06);
  });

  it('halves its step where it turns, and only there', () => {
    expect(moved(missed, missed, missed)).toBeCloseTo(-0.3);
    expect(moved(missed, kept, kept)).toBeCloseTo(-0.1 + 0.06);
    expect(moved(missed, kept, missed)).toBeCloseTo(-0.1 + 0.03 - 0.025);
  });

  it('begins at the rate that is known, and ends after its trials', () => {
    const steps = { trials: 2, firstStep: 0.1 };

    expect(nextRate(steps, 123.4, [])).toBe(123);
    expect(nextRate(steps, 100, [missed])).toBe(90.5);
    expect(nextRate(steps, 100, [missed, kept])).toBeUndefined();
  });

  it('ends where five of eight trials keep the limit', () => {
    const random = createRandom(1);
    // Between 90 and 110, ever more windows miss the limit.
    const keepsAt = (rate: number): boolean => random() > (rate - 90) / 20;
    let rate = 100;
    const rates: number[] = [];
    for (let repeat = 0; repeat < 2000; repeat += 1) {
      const trials: TriedRate[] = [];
      for (let at = nextRate(FINAL, rate, trials); at !== undefined;) {
        trials.push(keepsAt(at) ? kept : missed);
        at = nextRate(FINAL, rate, trials);
      }
      rate = standingRate(FINAL, rate, trials);
      rates.push(rate);
    }

    expect(limitRateOf(rates)?.ratePerSecond).toBeGreaterThan(95);
    expect(limitRateOf(rates)?.ratePerSecond).toBeLessThan(99.5);
  });
});

describe('The rate at which p99 is the limit', () => {
  it('is the geometric mean of the repeats', () => {
    expect(limitRateOf([50, 200])?.ratePerSecond).toBeCloseTo(100);
  });

  it('is as certain as the repeats agree, and never more than within two per cent', () => {
    expect(limitRateOf([100, 100, 100])?.standardError).toBeCloseTo(0.02);
    expect(limitRateOf([90, 100, 111])?.standardError).toBeCloseTo(
      Math.hypot(Math.log(111 / 90) / 2 / Math.sqrt(3), 0.02),
      3,
    );
  });

  it('is known without an error after a single repeat, and unknown without one', () => {
    const found = limitRateOf([100]);

    expect(found?.ratePerSecond).toBeCloseTo(100);
    expect(found?.standardError).toBeUndefined();
    expect(limitRateOf([])).toBeUndefined();
  });
});
