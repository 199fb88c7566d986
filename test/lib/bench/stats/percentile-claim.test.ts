import {
  ANSWERS_NEEDED,
  greatestClaimedShare,
  isClaimRefuted,
  isClaimSupported,
  lackOfAnswers,
} from '../../../../lib/bench/stats/percentile-claim.ts';

/** Requests that MLPerf requires at 99 % confidence, by percentile, for these numbers of requests over the limit. */
const OVER_LIMIT = [0, 1, 2, 5, 10, 20, 50];
const NEEDED: readonly (readonly [share: number, needed: readonly number[]])[] = [
  [0.9, [44, 64, 81, 127, 197, 325, 681]],
  [0.95, [90, 130, 165, 259, 398, 656, 1372]],
  [0.99, [459, 662, 838, 1307, 2010, 3304, 6898]],
  [0.999, [4603, 6636, 8403, 13_105, 20_140, 33_097, 69_058]],
];

describe('The test of a percentile claim', () => {
  it.each(NEEDED)('needs as many requests for the share %p as MLPerf requires', (share, needed) => {
    for (const [index, requests] of needed.entries()) {
      const claim = { share, overLimit: OVER_LIMIT[index] ?? 0 };
      expect(isClaimSupported({ ...claim, requests })).toBe(true);
      expect(isClaimSupported({ ...claim, requests: requests - 1 })).toBe(false);
    }
  });

  it('supports nothing without requests, or if all were over the limit', () => {
    expect(isClaimSupported({ share: 0.99, requests: 0, overLimit: 0 })).toBe(false);
    expect(isClaimSupported({ share: 0.99, requests: 1e6, overLimit: 1e6 })).toBe(false);
  });

  it('refutes a claim if so many requests over the limit would be rare', () => {
    // If the claim is true, two or more of ten have a probability of 0.4 %, of twenty 1.7 %.
    expect(isClaimRefuted({ share: 0.99, requests: 10, overLimit: 2 })).toBe(true);
    expect(isClaimRefuted({ share: 0.99, requests: 20, overLimit: 2 })).toBe(false);
    expect(isClaimRefuted({ share: 0.99, requests: 1000, overLimit: 18 })).toBe(false);
    expect(isClaimRefuted({ share: 0.99, requests: 1000, overLimit: 19 })).toBe(true);
  });

  it('refutes nothing without requests over the limit, and no supported claim', () => {
    expect(isClaimRefuted({ share: 0.99, requests: 0, overLimit: 0 })).toBe(false);
    expect(isClaimRefuted({ share: 0.99, requests: 1e6, overLimit: 0 })).toBe(false);
    for (let overLimit = 0; overLimit < 60; overLimit += 1) {
      const claim = { share: 0.99, requests: 3000, overLimit };
      expect(isClaimRefuted(claim) && isClaimSupported(claim)).toBe(false);
    }
  });
});

describe('The number of answers that a percentile needs', () => {
  it('supports a claim if no answer is over the limit', () => {
    expect(ANSWERS_NEEDED).toEqual({ p95: 90, p99: 459, p999: 4603 });
  });

  it('gives the greatest share that so many answers support', () => {
    for (const [share, [needed = NaN]] of NEEDED) {
      expect(greatestClaimedShare(needed)).toBeGreaterThanOrEqual(share);
      expect(greatestClaimedShare(needed - 1)).toBeLessThan(share);
    }
    expect(greatestClaimedShare(0)).toBe(0);
  });

  it('is reported if there are fewer', () => {
    expect(lackOfAnswers('p99', 458)).toBe('458 of 459 answers');
    expect(lackOfAnswers('p99', 459)).toBeUndefined();
  });
});
