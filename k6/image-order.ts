import { drawRandom, seedRandom, type RandomState } from './random.ts';

/** Where an order of images stands. Plain data. */
interface OrderState {
  readonly random: RandomState;
  /** The images of the current round, in its order. */
  readonly round: number[];
  position: number;
}

const BLOCK = 1024;

const startOrder = (imageCount: number, seed: number): OrderState => ({
  random: seedRandom(seed),
  round: Array.from({ length: imageCount }, (_, index) => index),
  position: imageCount,
});

/** Fisher–Yates over the order of the round before. */
const nextImage = (state: OrderState): number => {
  const { random, round } = state;
  if (state.position === round.length) {
    for (let last = round.length - 1; last > 0; last -= 1) {
      const other = Math.floor(drawRandom(random) * (last + 1));
      const kept = round[last] ?? 0;
      round[last] = round[other] ?? 0;
      round[other] = kept;
    }
    state.position = 0;
  }
  const image = round[state.position] ?? 0;
  state.position += 1;
  return image;
};

/**
 * Gives the index of the next image, for ever: rounds in which each image comes once, each round in another order drawn
 * from the seed. So every image has the same share of the requests, whatever the length of the run.
 */
export const createImageOrder = (imageCount: number, seed: number): (() => number) => {
  const state = startOrder(imageCount, seed);
  return () => nextImage(state);
};

/**
 * The order in which the images are sent, as a table of texts that all virtual users share: the image of each of the
 * first `length` requests, in blocks, then the state behind the last block.
 *
 * Without the table each virtual user would have to draw the whole sequence for itself to know the image of its next
 * request, and a hundred of them would spend more on that than on the requests.
 */
export const tabulateOrder = (imageCount: number, seed: number, length: number): string[] => {
  const state = startOrder(imageCount, seed);
  const blocks = Array.from({ length: Math.ceil(length / BLOCK) }, () =>
    Array.from({ length: BLOCK }, () => nextImage(state)).join(','),
  );
  return [...blocks, JSON.stringify(state)];
};

/**
 * Gives the image of a request of the run by its number, from 0; call it with ascending numbers. Behind the end of the
 * table it draws on.
 */
export const createOrderReader = (table: readonly string[]): ((request: number) => number) => {
  const blockCount = table.length - 1;
  let block = -1;
  let images: readonly string[] = [];
  let rest: OrderState | undefined;
  let drawn = blockCount * BLOCK;
  let image = 0;
  return (request) => {
    const wanted = Math.floor(request / BLOCK);
    if (wanted < blockCount) {
      if (wanted !== block) {
        block = wanted;
        images = (table[wanted] ?? '').split(',');
      }
      return Number(images[request % BLOCK]);
    }
    rest ??= JSON.parse(table[blockCount] ?? '') as OrderState;
    for (; drawn <= request; drawn += 1) image = nextImage(rest);
    return image;
  };
};
