import { assert, dictionary, jsonValue, property, string } from 'fast-check';
import { jsonPieces } from '../../../../lib/bench/report/json-pieces.ts';

describe('JSON in pieces', () => {
  it('is what JSON.stringify gives, and a line break', () => {
    assert(
      property(dictionary(string(), jsonValue()), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
        expect([...jsonPieces(plain)].join('')).toBe(`${JSON.stringify(plain, null, 2)}\n`);
      }),
    );
  });

  it('leaves out fields that are undefined', () => {
    const value = { one: undefined, two: [{ three: undefined }, 'a\nb'], four: undefined };

    expect([...jsonPieces(value)].join('')).toBe(`${JSON.stringify(value, null, 2)}\n`);
  });

  it('comes in several pieces where it is long', () => {
    const value = { items: Array.from({ length: 100 }, () => 'x'.repeat(100_000)) };
    const pieces = [...jsonPieces(value)];

    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('')).toBe(`${JSON.stringify(value, null, 2)}\n`);
  });
});
