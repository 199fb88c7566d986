import { drawRandom, seedRandom } from '../../../k6/random.ts';

/** A seeded source of numbers in [0, 1), the same on every machine for the same seed. */
export const createRandom = (seed: number): (() => number) => {
  const state = seedRandom(seed);
  return () => drawRandom(state);
};
