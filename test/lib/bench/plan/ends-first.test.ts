import { endsFirst } from '../../../../lib/bench/plan/ends-first.ts';

describe('levels with their ends first', () => {
  it('begin with the least and the greatest, and go on with what lies between two that came', () => {
    expect(endsFirst([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])).toEqual([
      10, 100, 50, 30, 70, 20, 40, 60, 80, 90,
    ]);
    expect(endsFirst([1, 2, 3])).toEqual([1, 3, 2]);
  });

  it('are all there, each once', () => {
    for (let count = 0; count < 20; count += 1) {
      const levels = Array.from({ length: count }, (_, index) => index);
      expect(endsFirst(levels).toSorted((a, b) => a - b)).toEqual(levels);
    }
  });
});
