import {
  answeredOutputs,
  createOptionsReader,
} from '../../../../serving-configs/protocols/open-inference/request-options.ts';

const parameters = { content: '"outputs":[' };
/** An input with so many numbers that the request is not parsed as a whole, or with few. */
const inputs = (count: number) => [
  { name: '"inputs"', datatype: 'FP32', shape: [count], parameters, data: Array(count).fill(0.5) },
];
const outputs = [{ name: 'a', parameters: { binary_data: true } }, { name: 'b' }];
const asked = {
  id: 'x',
  outputs: [
    { name: 'a', encoding: 'binary' },
    { name: 'b', encoding: 'json' },
  ],
  encoding: 'json',
};

/** One reader for all requests, because it remembers the last one. */
const readBytes = createOptionsReader(true);
const read = (fields: object) => readBytes(Buffer.from(JSON.stringify(fields)));

describe.each([
  ['small', 1],
  ['large', 5000],
])('the options of a %s request', (_, count) => {
  it.each([
    ['before the inputs', { id: 'x', outputs, inputs: inputs(count) }],
    ['after the inputs', { inputs: inputs(count), id: 'x', outputs }],
    ['on both sides of the inputs', { id: 'x', inputs: inputs(count), outputs }],
  ])('are found %s', (_place, request) => {
    expect(read(request)).toEqual(asked);
  });

  it('select an encoding for all outputs that have none of their own', () => {
    const inBinary = { binary_data_output: true };
    const single = [{ name: 'a', parameters: { binary_data: false } }, { name: 'b' }];

    expect(read({ inputs: inputs(count), parameters: inBinary })).toEqual({
      id: undefined,
      outputs: undefined,
      encoding: 'binary',
    });
    expect(read({ inputs: inputs(count), outputs: single, parameters: inBinary }).outputs).toEqual([
      { name: 'a', encoding: 'json' },
      { name: 'b', encoding: 'binary' },
    ]);
  });

  it('ask for JSON only if the server takes nothing else', () => {
    const request = Buffer.from(JSON.stringify({ inputs: inputs(count), outputs }));

    expect(createOptionsReader(false)(request).outputs).toEqual([
      { name: 'a', encoding: 'json' },
      { name: 'b', encoding: 'json' },
    ]);
  });

  it('are the defaults if there are none, or they cannot be read', () => {
    const none = { id: undefined, outputs: undefined, encoding: 'json' };

    expect(read({ inputs: inputs(count) })).toEqual(none);
    expect(read({ inputs: inputs(count), id: 1, outputs: [], parameters: null })).toEqual(none);
    expect(read({ inputs: inputs(count), outputs: 'a' })).toEqual(none);
    const cut = Buffer.from(JSON.stringify({ inputs: inputs(count), outputs })).subarray(0, -1);
    expect(readBytes(cut)).toEqual(none);
  });

  it('keep an output without a name, which no model has', () => {
    expect(read({ inputs: inputs(count), outputs: [null, {}] }).outputs).toEqual([
      { name: 'undefined', encoding: 'json' },
      { name: 'undefined', encoding: 'json' },
    ]);
  });
});

const specs = ['a', 'b'].map((name) => ({ name, datatype: 'FP32', shape: [1] }) as const);
const binary = (...names: readonly string[]) =>
  names.map((name) => ({ name, encoding: 'binary' }) as const);
const options = (...names: readonly string[]) =>
  ({ id: undefined, outputs: binary(...names), encoding: 'json' }) as const;

describe('the outputs of an answer', () => {
  it('are those that the request lists, in the order of the model', () => {
    expect(answeredOutputs(options('b', 'a'), specs, true)).toEqual(binary('a', 'b'));
    expect(answeredOutputs(options('b', 'other'), specs, true)).toEqual(binary('b'));
  });

  it('are all if the server does not select them, in the encoding of the request', () => {
    expect(answeredOutputs(options('b'), specs, false)).toEqual([
      { name: 'a', encoding: 'json' },
      { name: 'b', encoding: 'binary' },
    ]);
  });
});
