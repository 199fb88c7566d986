import {
  columnContract,
  placeholdersIn,
  readAnswer,
  writeAnswer,
  writeRequest,
} from '../../../../serving-configs/models/tensors/json-contract.ts';
import { plain, tensor } from '../../../support/user-model.ts';

const outputs = [
  tensor('boxes', 'FP32', [1, 2, 2], [1, 2, 3, 4]),
  tensor('classes', 'INT64', [2], [5, 6]),
];

describe("the JSON of a server's own format", () => {
  it.each([
    [{ boxes: '/boxes', classes: '/classes' }, '{"boxes":[[[1,2],[3,4]]],"classes":[5,6]}'],
    [{ boxes: '/0/a~1b', classes: '/2' }, '[{"a/b":[[[1,2],[3,4]]]},null,[5,6]]'],
    [{ boxes: '/p/0/x', classes: '/p/0/y' }, '{"p":[{"x":[[[1,2],[3,4]]],"y":[5,6]}]}'],
  ])('has the outputs at %j, where they are read again', (places, text) => {
    const contract = { body: '', outputs: places };

    expect(writeAnswer(contract, outputs)).toBe(text);
    expect(plain(readAnswer(contract, JSON.parse(text), outputs))).toEqual(plain(outputs));
  });

  it('has columns for inputs of any name', () => {
    const names = [
      'ids',
      'a{{b',
      '{{ids}}',
      'c}}',
      '}',
      'x[0]',
      ' y ',
      '"q"',
      '\\',
      'größe',
      'a.b/c',
    ];
    const inputs = names.map((name, at) => tensor(name, 'FP32', [1], [at]));
    const contract = columnContract({
      inputs: inputs.map((input) => ({ ...input, dims: [1] })),
      outputs: [],
    });

    expect(JSON.parse(writeRequest(contract, inputs))).toEqual({
      inputs: Object.fromEntries(names.map((name, at) => [name, [at]])),
    });
    expect(placeholdersIn(contract.body)).toEqual(names);
  });

  it('may be nothing but the one output', () => {
    const contract = { body: '', outputs: { classes: '' } };
    const only = outputs.slice(1);

    expect(plain(readAnswer(contract, JSON.parse(writeAnswer(contract, only)), only))).toEqual(
      plain(only),
    );
  });

  it('has FP16 as the nearest numbers', () => {
    const contract = { body: '{{h}}', outputs: { h: '/h' } };
    const halves = tensor('h', 'FP16', [2], [0x3c00, 0xc000]);

    expect(writeRequest(contract, [halves])).toBe('[1,-2]');
    expect(plain(readAnswer(contract, { h: [1.0001, -2] }, [halves]))).toEqual(plain([halves]));
  });

  it.each<[string, object, readonly number[], readonly number[]]>([
    ['no row', [], [-1, 6], [0, 6]],
    ['no row in a batch of one', [[]], [-1, -1, 6], [1, 0, 6]],
    ['no row, without the batch', [], [-1, -1, 6], [1, 0, 6]],
    ['no column', [[], []], [-1, -1], [2, 0]],
  ])('has the sizes behind an empty list from the model: %s', (_, answer, wanted, shape) => {
    const spec = { name: 'boxes', datatype: 'FP32', shape: wanted } as const;

    expect(plain(readAnswer({ outputs: { boxes: '' } }, answer, [spec]))).toEqual(
      plain([tensor('boxes', 'FP32', shape, [])]),
    );
  });

  it('has inputs of any rank in its request', () => {
    const body = '[{{ a }},{{b[0]}},{{c}}]';
    const inputs = [
      tensor('a', 'FP32', [], [0.5]),
      tensor('b', 'UINT8', [1, 1, 2], [1, 2]),
      tensor('c', 'FP32', [1, 0], []),
    ];

    expect(placeholdersIn(body)).toEqual(['a', 'b', 'c']);
    expect(writeRequest({ body, outputs: {} }, inputs)).toBe('[0.5,[[1,2]],[[]]]');
  });
});
