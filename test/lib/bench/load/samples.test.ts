import { Samples } from '../../../../lib/bench/load/samples.ts';

describe('The samples', () => {
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
