import {
  isObject,
  NumberTensor,
  parseWireJson,
  type WireJson,
} from '../../../serving-configs/protocols/wire-json.ts';
import { BadInput } from '../../../serving-configs/protocols/wire.ts';

const parse = (text: string): WireJson => parseWireJson(Buffer.from(text));

/** Converts a result to that of JSON.parse. */
const plain = (value: WireJson): unknown => {
  if (value instanceof NumberTensor) {
    const { shape, values } = value;
    let at = 0;
    const nest = (level: number): unknown =>
      level === shape.length
        ? values[at++]
        : Array.from({ length: shape[level] ?? 0 }, () => nest(level + 1));
    return nest(0);
  }
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, plain(member ?? null)]),
    );
  }
  return Array.isArray(value) ? value.map(plain) : value;
};

describe('the JSON reader of the wires', () => {
  it.each([
    '{}',
    '[]',
    ' { "a" : [ ] , "b" : null } ',
    '{"a":{"b64":"aGk="},"n":-12.5e2,"t":true,"f":false}',
    String.raw`{"name":"a \"quoted\" \\ \u00e9 word","umlaut":"ü"}`,
    '["a",[1,2],{"x":[[3]]}]',
    '[[[[1,2,3],[4,5,6]],[[7,8,9],[10,11,12]]]]',
    ' [ [ 1 , 2 ] , [ 3 , 4 ] ] ',
    '[-1,0,0.5,-0.25,1e3,125e-3,12345678]',
  ])('reads %s as JSON.parse does', (text) => {
    expect(plain(parse(text))).toEqual(JSON.parse(text));
  });

  it('reads each number as the nearest 32-bit float', () => {
    const numbers = Array.from(
      { length: 5000 },
      (_, index) =>
        [Math.sin(index) * 10 ** ((index % 40) - 20), index / 255, -index - 0.939][index % 3],
    );
    const value = parse(JSON.stringify(numbers));

    expect(value).toBeInstanceOf(NumberTensor);
    expect(plain(value)).toEqual(numbers.map((number) => Math.fround(number ?? 0)));
  });

  it.each(['', '{', '[1,2', '[.5]', '[-]', '[1e]', '[0x1]', '{a:1}', '"open', '[1,2]]', '[1.2.3]'])(
    'refuses %j, as JSON.parse does',
    (text) => {
      expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
      expect(() => parse(text)).toThrow(BadInput);
    },
  );

  it('finds no tensors in strings', () => {
    const text = String.raw`{"id":"a \" [1,2]","data":[1,2],"end":"[3"}`;

    expect(plain(parse(text))).toEqual(JSON.parse(text));
  });

  it.each(['[[1,2],[3]]', '[[1],2]', '[1,[2]]', '[[[1]],[2]]', '[[1],[[2]]]'])(
    'refuses %s, which is not a tensor',
    (text) => {
      expect(() => parse(text)).toThrow(BadInput);
    },
  );
});
