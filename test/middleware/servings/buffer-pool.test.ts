import { BufferPool } from '../../../middleware/servings/buffer-pool.ts';

describe('BufferPool', () => {
  it('hands a buffer out again once it was given back', () => {
    const pool = new BufferPool();
    const first = pool.take(10_000);
    const meanwhile = pool.take(10_000);
    pool.give(first);

    expect(meanwhile).not.toBe(first);
    expect(pool.take(9_000)).toBe(first);
    expect(pool.take(9_000)).not.toBe(first);
  });

  it('does not spend a large buffer on a small need, nor a small one on a large', () => {
    const pool = new BufferPool();
    const scratch = pool.take(100_000);
    pool.give(scratch);

    expect(pool.take(10_000)).not.toBe(scratch);
    expect(pool.take(200_000)).not.toBe(scratch);
    expect(pool.take(100_000)).toBe(scratch);
  });

  it('hands a buffer that was given back twice to one taker only', () => {
    const pool = new BufferPool();
    const scratch = pool.take(5000);
    pool.give(scratch);
    pool.give(scratch);

    expect([pool.take(5000), pool.take(5000)].filter((taken) => taken === scratch)).toHaveLength(1);
  });

  it('lets the oldest go when it holds too much', () => {
    const pool = new BufferPool(20_000);
    const [old, recent] = [pool.take(12_000), pool.take(12_000)];
    pool.give(old);
    pool.give(recent);

    expect(pool.take(12_000)).toBe(recent);
    expect(pool.take(12_000)).not.toBe(old);
  });
});
