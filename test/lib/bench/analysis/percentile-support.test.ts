import {
  percentileSupport,
  requestsNeeded,
} from '../../../../lib/bench/analysis/percentile-support.ts';

describe('the number of requests that a percentile needs', () => {
  it.each([
    [0.9, 44],
    [0.95, 90],
    [0.99, 459],
    [0.999, 4603],
  ])('for the share %p is the one of the early stopping rule: %p', (share, needed) => {
    expect(requestsNeeded(share)).toBe(needed);
  });

  it('is reached at exactly that number', () => {
    expect(percentileSupport(89)).toEqual({ p95: false, p99: false });
    expect(percentileSupport(90)).toEqual({ p95: true, p99: false });
    expect(percentileSupport(458)).toEqual({ p95: true, p99: false });
    expect(percentileSupport(459)).toEqual({ p95: true, p99: true });
  });
});
