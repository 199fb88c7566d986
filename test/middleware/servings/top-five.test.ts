import { topFive } from '../../../middleware/servings/top-five.ts';
import { CLASSIFIER } from '../../../serving-configs/models/model.ts';

const { labels } = CLASSIFIER;
const probabilities = { kind: 'classes', scores: 'probabilities', labels } as const;
const logits = { ...probabilities, scores: 'logits' } as const;
const zeros = Array.from({ length: 1000 }, () => 0);

describe('The search for the five best classes', () => {
  it('puts the lower class first if scores are equal', () => {
    expect(topFive(zeros, probabilities).map((entry) => entry.class)).toEqual([0, 1, 2, 3, 4]);
  });

  it('finds what sorting finds, on a thousand rising, falling and scattered scores', () => {
    const rising = zeros.map((_, index) => index / 1000);
    const scattered = zeros.map((_, index) => ((index * 7919) % 1000) / 1000);
    for (const scores of [rising, rising.toReversed(), scattered]) {
      const sorted = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));

      const top = topFive(scores, probabilities).map((entry) => entry.class);

      expect(top).toEqual(sorted.slice(0, 5));
    }
  });

  it('turns logits into probabilities: e^2 against 999 times e^0', () => {
    const [best, next] = topFive(zeros.with(17, 2), logits);

    expect(best?.class).toBe(17);
    expect(best?.score).toBeCloseTo(Math.E ** 2 / (Math.E ** 2 + 999), 12);
    expect(next?.score).toBeCloseTo(1 / (Math.E ** 2 + 999), 12);
  });

  it('does not overflow on large logits', () => {
    const [best, next] = topFive(zeros.with(3, 1e30), logits);

    expect([best?.score, next?.score]).toEqual([1, 0]);
  });

  it('clips a probability that rounding lifted above one', () => {
    expect(topFive(zeros.with(3, 1.0004), probabilities)[0]?.score).toBe(1);
  });
});
