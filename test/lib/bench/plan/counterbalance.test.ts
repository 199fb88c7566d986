import { createRandom, shuffled } from '../../../../lib/bench/stats/random.ts';
import { counterbalanced } from '../../../../lib/bench/plan/build-plan.ts';

const items = ['a', 'b', 'c', 'd', 'e'];

const drawn = (repeats: number, seed = 1) => {
  const random = createRandom(seed);
  return counterbalanced(repeats, () => shuffled(items, random));
};

describe('orders in couples', () => {
  it('give every item the same mean place in both repeats of a couple, so that what grows steadily harms all alike', () => {
    const orders = drawn(6);
    for (const first of [0, 2, 4]) {
      const places = items.map(
        (item) => (orders[first]?.indexOf(item) ?? 0) + (orders[first + 1]?.indexOf(item) ?? 0),
      );
      expect(new Set(places)).toEqual(new Set([items.length - 1]));
    }
  });

  it('draw each couple again, and an order of its own for a last repeat without a second', () => {
    const [one, , two, , three] = drawn(5);

    expect(drawn(5)).toHaveLength(5);
    expect(new Set([one, two, three].map((order) => order?.join()))).toHaveProperty('size', 3);
  });

  it('mirror what an item holds, where it has an order inside', () => {
    const orders = counterbalanced(
      2,
      () => [
        [1, 2],
        [3, 4],
      ],
      (levels) => levels.toReversed(),
    );

    expect(orders[1]?.flat()).toEqual([4, 3, 2, 1]);
  });
});
