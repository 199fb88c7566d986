import {
  averageOfMedians,
  medianOf,
  medianOverRepeats,
  overRepeats,
} from '../../../../lib/bench/analysis/over-repeats.ts';

describe('A figure over repeats', () => {
  it('has the single repeat as its range where there is one', () => {
    expect(medianOverRepeats([7])).toEqual({ value: 7, min: 7, max: 7 });
  });

  it('has no width where all repeats agree', () => {
    expect(medianOverRepeats([3, 3, 3])).toEqual({ value: 3, min: 3, max: 3 });
  });

  it('takes the middle of an odd number and the mean of the two in the middle of an even one', () => {
    expect(medianOf([9, 1, 4])).toBe(4);
    expect(medianOf([9, 1, 4, 6])).toBe(5);
  });

  it('ranges from the least to the greatest, whatever their order', () => {
    expect(overRepeats(5, [6, 2, 11])).toEqual({ value: 5, min: 2, max: 11 });
  });

  it('is undefined for no repeats', () => {
    expect(medianOverRepeats([])).toBeUndefined();
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
