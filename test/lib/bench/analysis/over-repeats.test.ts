import {
  averageOfMedians,
  medianOverRepeats,
} from '../../../../lib/bench/analysis/over-repeats.ts';

describe('A figure over repeats', () => {
  it.each([
    [[7], { value: 7, min: 7, max: 7 }],
    [[3, 3, 3], { value: 3, min: 3, max: 3 }],
    [[9, 1, 4], { value: 4, min: 1, max: 9 }],
    [[9, 1, 4, 6], { value: 5, min: 1, max: 9 }],
    [[], undefined],
  ])('of %j is its median with the least and the greatest, %j', (repeats, figure) => {
    expect(medianOverRepeats(repeats)).toEqual(figure);
  });
});

describe('The average of medians', () => {
  it('is the mean of what each repeat had as its median, with the range of them', () => {
    const latencies = [10, 20, 60].map((p50Ms) => ({ count: 5, p50Ms }));
    expect(averageOfMedians(latencies)).toEqual({ value: 30, min: 10, max: 60 });
  });

  it('leaves out repeats without an answer, whose median would be zero', () => {
    const latencies = [
      { count: 5, p50Ms: 10 },
      { count: 0, p50Ms: 0 },
    ];
    expect(averageOfMedians(latencies)).toEqual({ value: 10, min: 10, max: 10 });
    expect(averageOfMedians([{ count: 0, p50Ms: 0 }])).toBeUndefined();
  });
});
