import { numbersOf } from '../../../../serving-configs/models/tensors/compare-tensors.ts';
import { readPerfAnalyzer } from '../../../../serving-configs/models/tensors/perf-analyzer.ts';
import type { NamedTensor } from '../../../../serving-configs/models/tensors/tensor-body.ts';

const model = {
  inputs: [
    { name: 'ids', datatype: 'INT64', shape: [-1, -1] },
    { name: 'half', datatype: 'FP16', shape: [1, 2] },
  ],
  outputs: [{ name: 'scores', datatype: 'FP32', shape: [-1, 2] }],
} as const;

const read = (json: unknown, sizes = {}) => readPerfAnalyzer(JSON.stringify(json), model, sizes);
const plain = (tensors: readonly NamedTensor[] | undefined) =>
  tensors?.map((tensor) => ({
    name: tensor.name,
    shape: tensor.shape,
    values: Array.from(numbersOf(tensor)),
  }));
const half = [0.5, 2];
const base64 = Buffer.from(BigInt64Array.of(101n, 102n).buffer).toString('base64');

describe('JSON of perf_analyzer', () => {
  it.each([
    ['a list', [101, 102]],
    ['a nested list', [[101, 102]]],
    ['content with its shape', { content: [101, 102], shape: [1, 2] }],
    ['content with its shape without the batch', { content: [101, 102], shape: [2] }],
    ['base64', { b64: base64 }],
    ['base64 with its shape', { b64: base64, shape: [1, 2] }],
    ['content of base64', { content: { b64: base64 }, shape: [1, 2] }],
  ])('has tensors as %s', (_, ids) => {
    const [request] = read({ data: [{ ids, half }] });

    expect(plain(request?.inputs)).toEqual([
      { name: 'ids', shape: [1, 2], values: [101, 102] },
      { name: 'half', shape: [1, 2], values: [0.5, 2] },
    ]);
    expect(request?.answer).toBeUndefined();
  });

  it('takes the shape of the description if it has none', () => {
    const [request] = read({ data: [{ ids: [1, 2, 3, 4], half }] }, { ids: [2, 2] });

    expect(plain(request?.inputs)).toMatchObject([{ shape: [2, 2] }, {}]);
  });

  it('has correct answers, each for the input at the same place', () => {
    const requests = read({
      data: [
        { ids: [1], half },
        { ids: [2], half },
      ],
      validation_data: [{ scores: [0.25, 1] }, { scores: { content: [4, 5], shape: [1, 2] } }],
    });

    expect(requests.map(({ answer }) => plain(answer))).toEqual([
      [{ name: 'scores', shape: [1, 2], values: [0.25, 1] }],
      [{ name: 'scores', shape: [1, 2], values: [4, 5] }],
    ]);
  });

  it('gives the requests of several streams one after the other', () => {
    const requests = read({ data: [[{ ids: [1], half }], [{ ids: [2], half }]] });

    expect(requests.flatMap(({ inputs }) => plain(inputs)?.[0]?.values)).toEqual([1, 2]);
  });

  it('has exactly as many values as the shape beside its base64', () => {
    const b64 = Buffer.alloc(16).toString('base64');

    expect(() => read({ data: [{ ids: { b64, shape: [1, 99] }, half }] })).toThrow(
      /"ids" .*\b2 .*\[1, 99\] .*\b99$/,
    );
  });

  it.each([
    ['has no list of inputs', { inputs: [] }, 'no list "data"'],
    ['lacks an input', { data: [{ ids: [1] }] }, 'data[0] has no data for "half"'],
    ['has a tensor too many', { data: [{ ids: [1], half, mask: [1] }] }, '"mask"'],
    ['has another shape', { data: [{ ids: { content: [1], shape: [1, 1, 1] }, half }] }, '1, 1, 1'],
    ['has too many values', { data: [{ ids: [1], half: [1, 2, 3] }] }, '3 values'],
    [
      'has another number of values than its shape',
      { data: [{ ids: { content: [1, 2], shape: [1, 3] }, half }] },
      'data[0]: "ids" has 2 values, and the shape [1, 3] holds 3',
    ],
    ['has text', { data: [{ ids: ['a'], half }] }, '"a"'],
    ['has integers that JSON rounds', { data: [{ ids: [2 ** 53], half }] }, '2^53: give'],
    ['has fractions for integers', { data: [{ ids: [1.5], half }] }, '1.5'],
    [
      'lacks answers',
      { data: [{ ids: [1], half }], validation_data: [] },
      '0 in "validation_data"',
    ],
    ['is a text', { data: [{ ids: 'abc', half }] }, 'neither a list'],
  ])('is refused if it %s', (_, json, reason) => {
    expect(() => read(json)).toThrow(reason);
  });

  it.each([
    ['NaN', '[0.5, NaN]', 'validation_data[0]: "scores" holds NaN, '],
    ['an infinity', '[-Infinity, 1]', 'validation_data[0]: "scores" holds -Infinity, '],
    ['a text for NaN', '["NaN", 1]', 'validation_data[0]: "scores" holds NaN, '],
  ])('is refused with %s, as Python writes it, by tensor and value', (_, scores, reason) => {
    const text = `{"data":[{"ids":[1],"half":[1,2]}],"validation_data":[{"scores":${scores}}]}`;

    expect(() => readPerfAnalyzer(text, model, {})).toThrow(reason);
    expect(() => readPerfAnalyzer(text, model, {})).toThrow('b64');
  });

  it('is refused if it is not JSON', () => {
    expect(() => readPerfAnalyzer('{', model, {})).toThrow('not JSON');
  });
});
