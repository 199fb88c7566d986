import { compareScores, scoreTolerance } from '../../../../lib/bench/run/answer-check.ts';

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
    const right = [
      { class: 726, score: 0.052 },
      { class: 239, score: 0.044 },
    ];
    const other = [
      { class: 726, score: 0.052 },
      { class: 857, score: 0.024 },
    ];

    expect(compareScores(right, other).largest).toBeGreaterThan(
      scoreTolerance({ payload: 'tensor' }, 'container'),
    );
  });
});
