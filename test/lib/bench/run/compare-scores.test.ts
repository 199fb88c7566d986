import { compareScores, scoreTolerance } from '../../../../lib/bench/run/answer-check.ts';
import type { ScoredClass } from '../../../../lib/bench/model/record.ts';

const scores = (text: Readonly<Record<number, number>>): readonly ScoredClass[] =>
  Object.entries(text)
    .map(([index, score]) => ({ class: Number(index), score }))
    .toSorted((a, b) => b.score - a.score);

const anywhere = expect.anything() as object;
const right = scores({ 1: 0.5, 2: 0.2, 3: 0.1 });

describe('The distance between two answers', () => {
  it.each<[string, readonly ScoredClass[], number, object]>([
    ['nothing where they are the same', right, 0, anywhere],
    [
      'that of the class whose probabilities lie farthest apart, as a share of the right one',
      scores({ 1: 0.49, 2: 0.23, 3: 0.1 }),
      0.15,
      { class: 2, expected: 0.2, answered: 0.23 },
    ],
    [
      'small where two classes change places at the end of the list',
      scores({ 1: 0.5, 2: 0.2, 9: 0.101 }),
      0.01,
      anywhere,
    ],
    [
      'that to the least of the list where a class is missing from it',
      scores({ 1: 0.5, 8: 0.12, 9: 0.11 }),
      0.45,
      { class: 2, expected: 0.2, answered: 0.11, atMost: 'answered' },
    ],
    [
      'that to the least of the right ones where a class should not be in the list',
      scores({ 1: 0.5, 9: 0.4, 2: 0.2 }),
      3,
      { class: 9, expected: 0.1, answered: 0.4, atMost: 'expected' },
    ],
    ['all of a probability that a shorter answer lacks', scores({ 1: 0.5 }), 1, anywhere],
  ])('is %s', (_, answered, largest, at) => {
    const distance = compareScores(right, answered);

    expect(distance.largest).toBeCloseTo(largest);
    expect(distance.at).toEqual(at);
  });

  it('is the greatest there is where a probability is no number', () => {
    const broken = [{ class: 1 }, { class: 2 }, { class: 3 }] as unknown as readonly ScoredClass[];

    expect(compareScores(right, broken).largest).toBe(1000);
  });

  it('is a share of a thousandth where the right one is less', () => {
    const tail = scores({ 1: 0.999, 2: 0.000_001 });

    expect(compareScores(tail, scores({ 1: 0.999, 2: 0.000_002 })).largest).toBeCloseTo(0.001);
  });
});

describe('The tolerance of probabilities', () => {
  it('is the same for a tensor and an image where the same libraries decode and compute', () => {
    for (const runtime of ['simulated', 'venv'] as const) {
      expect(scoreTolerance({ payload: 'image' }, runtime)).toBe(
        scoreTolerance({ payload: 'tensor' }, runtime),
      );
    }
  });

  it('is wider in containers, and widest for an image that they decode', () => {
    const here = scoreTolerance({ payload: 'tensor' }, 'venv');
    const tensor = scoreTolerance({ payload: 'tensor' }, 'docker');

    expect(tensor).toBeGreaterThan(here);
    expect(scoreTolerance({ payload: 'image' }, 'container')).toBeGreaterThan(tensor);
  });

  it('still tells the small probabilities of random weights from others', () => {
    const seeded = scores({ 1: 0.052, 2: 0.044, 3: 0.024 });
    const other = scores({ 1: 0.052, 4: 0.024, 5: 0.02 });

    expect(compareScores(seeded, other).largest).toBeGreaterThan(
      scoreTolerance({ payload: 'tensor' }, 'container'),
    );
  });
});
