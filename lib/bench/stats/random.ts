import { drawRandom, seedRandom } from '../../../k6/random.ts';

/** A seeded source of numbers in [0, 1), the same on every machine for the same seed. */
export const createRandom = (seed: number): (() => number) => {
  const state = seedRandom(seed);
  return () => drawRandom(state);
};

/** A copy in an order drawn from `random` (Fisher–Yates). */
export const shuffled = <Item>(items: readonly Item[], random: () => number): Item[] => {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [copy[last], copy[other]] = [copy[other] as Item, copy[last] as Item];
  }
  return copy;
};
