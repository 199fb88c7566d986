import { formatInterval, formatRange } from '../../../../lib/bench/report/format-spread.ts';

describe('the spread of a figure as text', () => {
  it('has no range where both ends read alike', () => {
    expect(formatRange({ value: 5, min: 5, max: 5.001 })).toBe('');
    expect(formatRange({ value: 5, min: 4, max: 6 })).toBe('4.00–6.00');
    expect(formatRange(undefined)).toBe('');
  });

  it('is an interval with its confidence, and nothing without one', () => {
    expect(formatInterval({ low: 64.06, high: 68.94, confidence: 0.95 })).toBe('95 %: 64.1–68.9');
    expect(formatInterval(undefined)).toBe('');
  });
});
