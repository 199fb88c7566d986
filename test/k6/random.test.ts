import { createRandom } from '../../lib/bench/stats/random.ts';
import { drawRandom, seedRandom } from '../../k6/random.ts';

describe('the random numbers of the load script', () => {
  it.each([0, 1, 42, 2 ** 31 - 1, 4_294_967_295])(
    'are those of the embedded engine for the seed %i',
    (seed) => {
      const embedded = createRandom(seed);
      const state = seedRandom(seed);

      const drawn = Array.from({ length: 1000 }, () => drawRandom(state));

      expect(drawn).toEqual(Array.from({ length: 1000 }, () => embedded()));
    },
  );
});
