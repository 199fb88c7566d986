import { averageOfMedians } from '../../../../lib/bench/analysis/over-repeats.ts';

describe('The average of medians', () => {
  it('is the mean of what each repeat had as its median', () => {
    expect(averageOfMedians([10, 20, 60].map((p50Ms) => ({ count: 5, p50Ms })))).toBe(30);
  });

  it('leaves out repeats without an answer, whose median would be zero', () => {
    const latencies = [
      { count: 5, p50Ms: 10 },
      { count: 0, p50Ms: 0 },
    ];
    expect(averageOfMedians(latencies)).toBe(10);
    expect(averageOfMedians([{ count: 0, p50Ms: 0 }])).toBeUndefined();
  });
});
