import { readTorchFile } from '../../../../serving-configs/models/torch-file/read-torch-file.ts';
import { UnreadableFile } from '../../../../serving-configs/models/torch-file/byte-reader.ts';
import { legacyTorchFile, zipTorchFile, type WrittenTensor } from './torch-writer.ts';

const storage = { key: '94', values: [1, 2, 3, 4, 5, 6] };
const rows: WrittenTensor = { name: 'rows', storage, shape: [2, 3] };
const counted = { key: '95', type: 'LongStorage', values: [7] } as const;

const FORMS = [
  ['before torch 1.6', legacyTorchFile],
  ['since torch 1.6', zipTorchFile],
] as const;

describe.each(FORMS)('the reader of torch files, as they are written %s,', (_, torchFile) => {
  const read = (tensors: readonly WrittenTensor[]) =>
    Object.fromEntries(
      [...readTorchFile(torchFile(tensors))].map(([name, { shape, values }]) => [
        name,
        { shape, values: Array.from(values) },
      ]),
    );

  it('gives tensors by name, with shape and values', () => {
    expect(
      read([rows, { name: 'other', storage: { key: '9', values: [0.5] }, shape: [] }]),
    ).toEqual({
      rows: { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
      other: { shape: [], values: [0.5] },
    });
  });

  it('walks through a storage as the strides say', () => {
    expect(
      read([
        rows,
        { name: 'turned', storage, shape: [3, 2], strides: [1, 3] },
        { name: 'second row', storage, offset: 3, shape: [3] },
        { name: 'column', storage, offset: 2, shape: [2, 1], strides: [3, 99] },
        { name: 'none', storage, shape: [0, 3] },
      ]),
    ).toMatchObject({
      turned: { values: [1, 4, 2, 5, 3, 6] },
      'second row': { values: [4, 5, 6] },
      column: { values: [3, 6] },
      none: { values: [] },
    });
  });

  it('takes parameters for the tensors that they are', () => {
    expect(read([{ ...rows, isParameter: true }])).toEqual(read([rows]));
  });

  it('leaves counters of training steps out', () => {
    expect(Object.keys(read([rows, { name: 'steps', storage: counted, shape: [] }]))).toEqual([
      'rows',
    ]);
  });

  it('tells every cut from a whole', () => {
    const file = torchFile([rows, { name: 'steps', storage: counted, shape: [] }]);
    for (let length = 0; length < file.length; length++) {
      expect(() => readTorchFile(file.subarray(0, length))).toThrow(UnreadableFile);
    }
  });

  it.each<[string, readonly WrittenTensor[], RegExp]>([
    [
      'values of a type that we do not read',
      [{ ...rows, storage: { ...storage, type: 'HalfStorage' } }],
      /HalfStorage/,
    ],
    ['a tensor beyond its storage', [{ ...rows, shape: [2, 4] }], /does not lie in its 6 values/],
    ['strides out of a storage', [{ ...rows, strides: [4, 1] }], /does not lie/],
    [
      'a tensor that repeats one value',
      [{ ...rows, shape: [60_000, 60_000], strides: [0, 0] }],
      /does not lie/,
    ],
    ['a negative size', [{ ...rows, shape: [-1, 3] }], /something else than storage and sizes/],
    [
      'one storage with two sizes',
      [rows, { ...rows, name: 'again', storage: { ...storage, claimed: 7 } }],
      /described in two ways/,
    ],
  ])('refuses %s', (__, tensors, message) => {
    expect(() => read(tensors)).toThrow(UnreadableFile);
    expect(() => read(tensors)).toThrow(message);
  });
});

describe('the reader of torch files', () => {
  it.each(['', 'hello, world', 'PK and more'])('refuses a file that holds "%s"', (text) => {
    expect(() => readTorchFile(Buffer.from(text))).toThrow(UnreadableFile);
  });
});
