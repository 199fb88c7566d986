import { fromHalf, fromHalves, toHalf } from '../../../../serving-configs/models/tensors/half.ts';

describe('A 16-bit float', () => {
  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65_504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x83ff, -1023 * 2 ** -24],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
  ])('%d is read as %d and written back unchanged', (bits, value) => {
    expect(fromHalf(bits)).toBe(value);
    expect(toHalf(value)).toBe(bits);
  });

  it('is restored from its number for all bits', () => {
    const all = Array.from({ length: 0x1_0000 }, (_, bits) => bits).filter(
      (bits) => !Number.isNaN(fromHalf(bits)),
    );

    expect(all).toHaveLength(0x1_0000 - 2 * 1023);
    expect(all.filter((bits) => toHalf(fromHalf(bits)) !== bits)).toEqual([]);
    expect(fromHalf(toHalf(NaN))).toBeNaN();
    expect([...fromHalves(Uint16Array.from(all))]).toEqual(all.map(fromHalf));
  });

  it('is the nearest one, or the even one if two are equally near', () => {
    expect([2049, 2051, 2050.9, 65_519, 65_520].map((value) => fromHalf(toHalf(value)))).toEqual([
      2048,
      2052,
      2050,
      65_504,
      Infinity,
    ]);
    expect(fromHalf(toHalf(2 ** -25))).toBe(0);
    expect(fromHalf(toHalf(3 * 2 ** -25))).toBe(2 ** -23);
  });
});
