import { assert, dictionary, jsonValue, property, string } from 'fast-check';
import { jsonPieces } from '../../../../lib/bench/report/render-data.ts';

const textOf = (value: Record<string, unknown>): string => [...jsonPieces(value)].join('');

describe('JSON in pieces', () => {
  it('contains its data', () => {
    assert(
      property(dictionary(string(), jsonValue()), (value) => {
        expect(JSON.stringify(JSON.parse(textOf(value)))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('has a line for each field and each array item, and none for undefined values', () => {
    const value = {
      one: undefined,
      two: [{ three: undefined }, 'a\nb'],
      four: [],
      five: { six: 7 },
    };
    expect(textOf(value)).toBe(
      '{\n"two": [\n{},\n"a\\nb"\n],\n"four": [],\n"five": {"six":7}\n}\n',
    );
    expect(textOf({ one: undefined })).toBe('{}\n');
  });
});
