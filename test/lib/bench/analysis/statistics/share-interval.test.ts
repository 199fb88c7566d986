import { binomialCdf } from '../../../../../lib/bench/analysis/statistics/binomial.ts';
import {
  isClaimRefuted,
  isClaimSupported,
} from '../../../../../lib/bench/analysis/statistics/early-stopping.ts';
import { shareInterval } from '../../../../../lib/bench/analysis/statistics/share-interval.ts';

const COUNTS: readonly (readonly [successes: number, trials: number])[] = [
  [0, 1],
  [0, 459],
  [1, 662],
  [30, 700],
  [5, 100_000],
  [50_000, 100_000],
  [999, 1000],
  [1000, 1000],
];

describe('the interval of a share', () => {
  it.each(COUNTS)('ends for %p of %p where what was seen has the chance of its ends', (k, n) => {
    const { low, high, confidence } = shareInterval(k, n, 0.99);

    expect(confidence).toBeCloseTo(0.98, 12);
    expect(low).toBeLessThanOrEqual(k / n);
    expect(high).toBeGreaterThanOrEqual(k / n);
    // So many or more at the lower end, so many or fewer at the upper one; where none or all were seen, the end is 0 or 1.
    const atLow = k === 0 ? { end: low, is: 0 } : { end: 1 - binomialCdf(k - 1, n, low), is: 0.01 };
    const atHigh = k === n ? { end: high, is: 1 } : { end: binomialCdf(k, n, high), is: 0.01 };
    expect(atLow.end).toBeCloseTo(atLow.is, 6);
    expect(atHigh.end).toBeCloseTo(atHigh.is, 6);
  });

  it('lies on one side of a share where the early stopping test supports or refutes it, and around it where that cannot tell', () => {
    const told = { supported: 0, refuted: 0, open: 0 };
    for (let overBound = 0; overBound < 80; overBound += 1) {
      for (const requests of [100, 459, 700, 1500, 4000]) {
        const { low, high } = shareInterval(overBound, requests, 0.99);
        const claim = { share: 0.99, requests, overBound };
        expect(isClaimSupported(claim)).toBe(high <= 0.01);
        expect(isClaimRefuted(claim)).toBe(low >= 0.01);
        told[high <= 0.01 ? 'supported' : low >= 0.01 ? 'refuted' : 'open'] += 1;
      }
    }
    expect(Math.min(...Object.values(told))).toBeGreaterThan(10);
  });
});
