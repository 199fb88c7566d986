import { compareScores } from '../../../../lib/bench/run/answer-check.ts';
import type { ScoredClass } from '../../../../lib/bench/model/record.ts';

const scores = (text: Readonly<Record<number, number>>): readonly ScoredClass[] =>
  Object.entries(text)
    .map(([index, score]) => ({ class: Number(index), score }))
    .toSorted((a, b) => b.score - a.score);

const right = scores({ 1: 0.5, 2: 0.2, 3: 0.1 });

describe('The distance between two answers', () => {
  it('is nothing where they are the same', () => {
    expect(compareScores(right, right).largest).toBe(0);
  });

  it('is that of the class whose probabilities lie farthest apart, as a share of the right one', () => {
    expect(compareScores(right, scores({ 1: 0.49, 2: 0.23, 3: 0.1 }))).toEqual({
      largest: expect.closeTo(0.15) as number,
      at: { class: 2, expected: 0.2, answered: 0.23 },
    });
  });

  it('is small where two classes change places at the end of the list', () => {
    expect(compareScores(right, scores({ 1: 0.5, 2: 0.2, 9: 0.101 })).largest).toBeCloseTo(0.01);
  });

  it('is that to the least of the list where a class is missing from it', () => {
    expect(compareScores(right, scores({ 1: 0.5, 8: 0.12, 9: 0.11 }))).toEqual({
      largest: expect.closeTo(0.45) as number,
      at: { class: 2, expected: 0.2, answered: 0.11, atMost: 'answered' },
    });
  });

  it('is that to the least of the right ones where a class should not be in the list', () => {
    expect(compareScores(right, scores({ 1: 0.5, 9: 0.4, 2: 0.2 }))).toEqual({
      largest: expect.closeTo(3) as number,
      at: { class: 9, expected: 0.1, answered: 0.4, atMost: 'expected' },
    });
  });

  it('counts what a shorter answer lacks as 0', () => {
    expect(compareScores(right, scores({ 1: 0.5 })).largest).toBeCloseTo(1);
  });

  it('is the greatest there is where a probability is no number', () => {
    const broken = [{ class: 1 }, { class: 2 }, { class: 3 }] as unknown as readonly ScoredClass[];

    expect(compareScores(right, broken).largest).toBe(1000);
  });

  it('is large for small probabilities that are others, as those of random weights are', () => {
    const seeded = scores({ 1: 0.052, 2: 0.044, 3: 0.024 });

    expect(compareScores(seeded, scores({ 1: 0.09, 4: 0.002, 5: 0.001 })).largest).toBeCloseTo(
      0.977,
      2,
    );
  });

  it('is a share of a thousandth where the right one is less', () => {
    const tail = scores({ 1: 0.999, 2: 0.000_001 });

    expect(compareScores(tail, scores({ 1: 0.999, 2: 0.000_002 })).largest).toBeCloseTo(0.001);
  });
});
