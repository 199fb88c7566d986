import { lookRepeats, looksOf, SINGLE_LOOK } from '../../../../lib/bench/stats/looks.ts';

const parts = (looks: ReturnType<typeof looksOf>): readonly (readonly [number, number])[] =>
  looks.map(({ repeats, errorPart }) => [repeats, Number(errorPart.toFixed(4))]);

describe('The looks of a run', () => {
  it('come after fixed shares of the scheduled repeats, the first after four at the earliest', () => {
    expect(lookRepeats(21)).toEqual([4, 6, 8, 13, 17, 21]);
    expect(lookRepeats(12)).toEqual([4, 5, 7, 10, 12]);
    expect(lookRepeats(4)).toEqual([4]);
  });

  it('are a single one with all of the error if the number of repeats is given', () => {
    expect(looksOf([], 8)).toEqual([SINGLE_LOOK]);
    expect(SINGLE_LOOK.errorPart).toBe(1);
  });

  it('spend little of the error at first, and no more than four fifths of it in total', () => {
    const looks = looksOf([{ repeats: 21, endedAfter: undefined }], 13);

    expect(parts(looks)).toEqual([
      [4, 0.064],
      [6, 0.072],
      [8, 0.088],
      [13, 0.192],
    ]);
  });

  it('do not exist before the first planned look', () => {
    expect(looksOf([{ repeats: 21, endedAfter: undefined }], 3)).toEqual([]);
  });

  it('end with one that has the part of the last, wherever the time was up', () => {
    const looks = looksOf([{ repeats: 21, endedAfter: 10 }], 10);

    expect(parts(looks).slice(-2)).toEqual([
      [8, 0.088],
      [10, 0.336],
    ]);
  });

  it('spend half of the rest on each resumption, once that has ended', () => {
    const first = { repeats: 12, endedAfter: 12 };
    const second = { repeats: 20, endedAfter: 20 };

    expect(parts(looksOf([first, { repeats: 20, endedAfter: undefined }], 15)).at(-1)).toEqual([
      12, 0.336,
    ]);
    expect(parts(looksOf([first, second, { repeats: 30, endedAfter: 29 }], 29)).slice(-2)).toEqual([
      [20, 0.1],
      [29, 0.05],
    ]);
  });
});
