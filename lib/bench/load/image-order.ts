import { createRandom } from '../stats/random.ts';

/**
 * Gives the index of the next image, for ever: rounds in which each image comes once, each round in another order drawn
 * from the seed. So every image has the same share of the requests, whatever the length of the run.
 */
export const createImageOrder = (imageCount: number, seed: number): (() => number) => {
  const random = createRandom(seed);
  const round = Uint16Array.from({ length: imageCount }, (_, index) => index);
  let position = imageCount;
  return () => {
    if (position === imageCount) {
      shuffle(round, random);
      position = 0;
    }
    const image = round[position] ?? 0;
    position += 1;
    return image;
  };
};

/** Fisher–Yates. */
const shuffle = (items: Uint16Array, random: () => number): void => {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const kept = items[last] ?? 0;
    items[last] = items[other] ?? 0;
    items[other] = kept;
  }
};
