import { Samples } from '../../../../lib/bench/load/samples.ts';

describe('The samples', () => {
  it('give back what was added, in its order', () => {
    const samples = new Samples();
    expect([...samples]).toEqual([]);
    expect(samples.length).toBe(0);
    samples.add(1, 2, 3, 4, 503);
    samples.add(1.5, NaN, NaN, 0, 6);
    expect([...samples]).toEqual([
      { plannedMs: 1, sentMs: 2, doneMs: 3, image: 4, outcome: 503 },
      { plannedMs: 1.5, sentMs: NaN, doneMs: NaN, image: 0, outcome: 6 },
    ]);
    expect(samples.length).toBe(2);
  });

  it('grow past a chunk', () => {
    const samples = new Samples();
    const count = 65_536 * 2 + 1;
    for (let index = 0; index < count; index += 1) {
      samples.add(index, index, index, 0, 0);
    }
    expect(samples.length).toBe(count);
    const order = Array.from(samples, ({ plannedMs }) => plannedMs);
    expect(order).toHaveLength(count);
    expect(order.every((plannedMs, index) => plannedMs === index)).toBe(true);
  });
});
