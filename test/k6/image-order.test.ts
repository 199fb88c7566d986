import { createImageOrder } from '../../lib/bench/load/run-load.ts';
import { createOrderReader, tabulateOrder } from '../../k6/image-order.ts';

const embeddedOrder = (imageCount: number, seed: number, length: number): number[] => {
  const next = createImageOrder(imageCount, seed);
  return Array.from({ length }, next);
};

describe('the order of the images in the load script', () => {
  it.each([
    [1, 7],
    [2, 1],
    [8, 1],
    [8, 4_294_967_295],
    [1000, 3],
  ])('is that of the embedded engine for %i images and the seed %i', (imageCount, seed) => {
    const imageOf = createOrderReader(tabulateOrder(imageCount, seed, 2500));

    const order = Array.from({ length: 2500 }, (_, request) => imageOf(request));

    expect(order).toEqual(embeddedOrder(imageCount, seed, 2500));
  });

  it('goes on behind the end of the table', () => {
    const imageOf = createOrderReader(tabulateOrder(8, 5, 1));

    const order = Array.from({ length: 5000 }, (_, request) => imageOf(request));

    expect(order).toEqual(embeddedOrder(8, 5, 5000));
  });

  it('is the same for virtual users that see only some of the requests', () => {
    const table = tabulateOrder(8, 5, 1500);
    const whole = embeddedOrder(8, 5, 6000);
    const users = [createOrderReader(table), createOrderReader(table), createOrderReader(table)];

    const order = whole.map((_, request) => users[request % users.length]?.(request));

    expect(order).toEqual(whole);
  });
});
