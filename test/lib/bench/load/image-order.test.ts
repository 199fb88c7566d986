import { createImageOrder } from '../../../../lib/bench/load/run-load.ts';

const take = (imageCount: number, seed: number, length: number): number[] =>
  Array.from({ length }, createImageOrder(imageCount, seed));

describe('the order of the images', () => {
  it('sends each image once in each round', () => {
    const order = take(8, 3, 80);
    for (let round = 0; round < 10; round += 1) {
      expect(new Set(order.slice(round * 8, round * 8 + 8)).size).toBe(8);
    }
  });

  it('is another one in each round and with each seed, and the same with the same seed', () => {
    const order = take(8, 3, 80);
    expect(order.slice(0, 8)).not.toEqual(order.slice(8, 16));
    expect(take(8, 4, 80)).not.toEqual(order);
    expect(take(8, 3, 80)).toEqual(order);
  });

  it('works with a single image', () => {
    expect(take(1, 3, 4)).toEqual([0, 0, 0, 0]);
  });
});
