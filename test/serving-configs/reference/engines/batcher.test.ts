import { setTimeout as sleep } from 'node:timers/promises';
import { createBatcher } from '../../../../serving-configs/reference/engines/batcher.ts';

/** A batcher whose batches end when they are told to. */
const held = (options: { instances?: number; maxBatch?: number; batchDelayMs?: number }) => {
  const batches: { readonly items: readonly string[]; readonly end: () => void }[] = [];
  const add = createBatcher<string, string>(
    { instances: 1, maxBatch: 1, batchDelayMs: 0, ...options },
    (items) =>
      new Promise((resolve) => {
        batches.push({ items, end: () => resolve(items.map((item) => item.toUpperCase())) });
      }),
  );
  return { add, batches, itemsOf: () => batches.map(({ items }) => items) };
};

describe('a batcher', () => {
  it('computes one item at a time, in order of arrival, without batches', async () => {
    const { add, batches, itemsOf } = held({});
    const results = [add('a'), add('b')];

    expect(itemsOf()).toEqual([['a']]);
    batches[0]?.end();
    expect(await results[0]).toMatchObject({ result: 'A', batchSize: 1 });
    expect(itemsOf()).toEqual([['a'], ['b']]);
    batches[1]?.end();
    expect(await results[1]).toMatchObject({ result: 'B' });
  });

  it('computes as many batches at the same time as there are instances', () => {
    const { add, itemsOf } = held({ instances: 2 });
    for (const item of ['a', 'b', 'c']) void add(item);

    expect(itemsOf()).toEqual([['a'], ['b']]);
  });

  it('gives an instance that becomes free the items that wait, up to the largest batch', async () => {
    const { add, batches, itemsOf } = held({ maxBatch: 3 });
    const results = ['a', 'b', 'c', 'd', 'e'].map(add);
    batches[0]?.end();
    await results[0];

    expect(itemsOf()).toEqual([['a'], ['b', 'c', 'd']]);
    batches[1]?.end();
    expect(await Promise.all(results.slice(1, 4))).toMatchObject([
      { result: 'B', batchSize: 3 },
      { result: 'C', batchSize: 3 },
      { result: 'D', batchSize: 3 },
    ]);
  });

  it('lets an item wait for others, but no longer than the delay', async () => {
    const { add, itemsOf } = held({ maxBatch: 3, batchDelayMs: 50 });
    void add('a');
    void add('b');

    expect(itemsOf()).toEqual([]);
    while (itemsOf().length === 0) await sleep(5);
    expect(itemsOf()).toEqual([['a', 'b']]);
  });

  it('does not let a full batch wait', () => {
    const { add, itemsOf } = held({ maxBatch: 2, batchDelayMs: 60_000 });
    void add('a');
    void add('b');

    expect(itemsOf()).toEqual([['a', 'b']]);
  });

  it('fails all items of a batch that fails, and computes the next ones', async () => {
    const add = createBatcher<number, number>(
      { instances: 1, maxBatch: 2, batchDelayMs: 60_000 },
      async (items) => {
        if (items.includes(0)) throw new Error('zero');
        return items;
      },
    );

    const failed = await Promise.allSettled([add(0), add(1)]);
    const answered = await Promise.all([add(2), add(3)]);

    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(answered.map(({ result }) => result)).toEqual([2, 3]);
  });
});
