import {
  ANSWERS_NEEDED,
  lackOfAnswers,
  percentileSupport,
} from '../../../../lib/bench/analysis/percentile-support.ts';

describe('The number of answers that a percentile needs', () => {
  it('is the one of the early stopping test with none over the bound', () => {
    expect(ANSWERS_NEEDED).toEqual({ p90: 44, p95: 90, p99: 459, p999: 4603 });
  });

  it('is reached at exactly that number', () => {
    expect(percentileSupport(89)).toEqual({ p95: false, p99: false, p999: false });
    expect(percentileSupport(90)).toEqual({ p95: true, p99: false, p999: false });
    expect(percentileSupport(458)).toEqual({ p95: true, p99: false, p999: false });
    expect(percentileSupport(459)).toEqual({ p95: true, p99: true, p999: false });
    expect(percentileSupport(4603)).toEqual({ p95: true, p99: true, p999: true });
  });

  it('is said where it is not reached', () => {
    expect(lackOfAnswers('p99', 12)).toBe('12 of 459 answers');
    expect(lackOfAnswers('p99', 459)).toBeUndefined();
  });
});
