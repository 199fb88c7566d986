import { createImageOrder, createOrderReader, tabulateOrder } from '../../k6/image-order.ts';

const orderOf = (imageCount: number, seed: number, length: number): number[] =>
  Array.from({ length }, createImageOrder(imageCount, seed));

describe('The order of the images', () => {
  it('sends each image once in each round', () => {
    const order = orderOf(8, 3, 80);
    for (let round = 0; round < 10; round += 1) {
      expect(new Set(order.slice(round * 8, round * 8 + 8)).size).toBe(8);
    }
  });

  it('differs between rounds and seeds, and is the same for the same seed', () => {
    const order = orderOf(8, 3, 80);

    expect(order.slice(0, 8)).not.toEqual(order.slice(8, 16));
    expect(orderOf(8, 4, 80)).not.toEqual(order);
    expect(orderOf(8, 3, 80)).toEqual(order);
    expect(orderOf(1, 3, 4)).toEqual([0, 0, 0, 0]);
  });

  it.each([1, 2, 8, 1000])(
    'is the same from a table, even beyond its end, for %i images',
    (count) => {
      const imageOf = createOrderReader(tabulateOrder(count, 5, 1));

      expect(Array.from({ length: 5000 }, (_, request) => imageOf(request))).toEqual(
        orderOf(count, 5, 5000),
      );
    },
  );

  it('is the same for virtual users that see only some of the requests', () => {
    const table = tabulateOrder(8, 5, 1500);
    const order = orderOf(8, 5, 6000);
    const users = [createOrderReader(table), createOrderReader(table), createOrderReader(table)];

    expect(order.map((_, request) => users[request % users.length]?.(request))).toEqual(order);
  });
});
