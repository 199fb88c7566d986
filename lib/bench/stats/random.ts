import { drawRandom, seedRandom } from '../../../k6/random.ts';

/** Creates a source of random numbers in [0, 1). The same seed gives the same numbers on every machine. */
export const createRandom = (seed: number): (() => number) => {
  const state = seedRandom(seed);
  return () => drawRandom(state);
};

/** Returns a shuffled copy (Fisher–Yates). */
export const shuffled = <Item>(items: readonly Item[], random: () => number): Item[] => {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [copy[last], copy[other]] = [copy[other] as Item, copy[last] as Item];
  }
  return copy;
};
