import { drawRandom, seedRandom, type RandomState } from './random.ts';

/** The state of an order of images, as plain data. */
interface OrderState {
  readonly random: RandomState;
  /** The images of the current round, in their order. */
  readonly round: number[];
  position: number;
}

const BLOCK = 1024;

const startOrder = (imageCount: number, seed: number): OrderState => ({
  random: seedRandom(seed),
  round: Array.from({ length: imageCount }, (_, index) => index),
  position: imageCount,
});

/** Draws the next image; a new round shuffles the last one (Fisher–Yates). */
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
 * Creates an endless order of image indexes. Every round contains each image once, in an order drawn from the seed, so that all
 * images have the same share of the requests, however long the load is.
 */
export const createImageOrder = (imageCount: number, seed: number): (() => number) => {
  const state = startOrder(imageCount, seed);
  return () => nextImage(state);
};

/**
 * Writes the order of the images to a table of strings that all virtual users can share: blocks with the images of the first
 * `length` requests, then the state after the last block.
 *
 * Without the table, each virtual user would draw the whole sequence itself to find the image of its next request. A hundred of
 * them would spend more time on that than on the requests.
 */
export const tabulateOrder = (imageCount: number, seed: number, length: number): string[] => {
  const state = startOrder(imageCount, seed);
  const blocks = Array.from({ length: Math.ceil(length / BLOCK) }, () =>
    Array.from({ length: BLOCK }, () => nextImage(state)).join(','),
  );
  return [...blocks, JSON.stringify(state)];
};

/**
 * Creates a function that returns the image of a request, by its number from 0. Call it with ascending numbers. After the end of
 * the table, it draws further images.
 */
export const createOrderReader = (table: readonly string[]): ((request: number) => number) => {
  const blockCount = table.length - 1;
  let block = -1;
  let images: readonly string[] = [];
  let rest: OrderState | undefined;
  let drawn = blockCount * BLOCK;
  let image = 0;
  return (request) => {
    const blockOfRequest = Math.floor(request / BLOCK);
    if (blockOfRequest < blockCount) {
      if (blockOfRequest !== block) {
        block = blockOfRequest;
        images = (table[block] ?? '').split(',');
      }
      return Number(images[request % BLOCK]);
    }
    rest ??= JSON.parse(table[blockCount] ?? '') as OrderState;
    for (; drawn <= request; drawn += 1) image = nextImage(rest);
    return image;
  };
};
