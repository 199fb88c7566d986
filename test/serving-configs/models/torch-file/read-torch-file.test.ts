import { readTorchFile } from '../../../../serving-configs/models/torch-file/read-torch-file.ts';
import { UnreadableFile } from '../../../../serving-configs/models/torch-file/unreadable-file.ts';
import { op, pickle } from './pickle-writer.ts';
import { storageList, torchFile, torchFileParts, type WrittenTensor } from './torch-writer.ts';

const storage = { key: '94', values: [1, 2, 3, 4, 5, 6] };
const rows: WrittenTensor = { name: 'rows', storage, shape: [2, 3] };
const counted = { key: '95', type: 'LongStorage', values: [7] } as const;

const read = (tensors: readonly WrittenTensor[]) =>
  Object.fromEntries(
    [...readTorchFile(torchFile(tensors))].map(([name, { shape, values }]) => [
      name,
      { shape, values: Array.from(values) },
    ]),
  );

const withParts = (parts: Partial<ReturnType<typeof torchFileParts>>): Buffer =>
  Buffer.concat(Object.values({ ...torchFileParts([rows]), ...parts }));

describe('the reader of torch files', () => {
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

  it('leaves counters of training steps out', () => {
    expect(Object.keys(read([rows, { name: 'steps', storage: counted, shape: [] }]))).toEqual([
      'rows',
    ]);
  });

  it('does not care where a tensor begins in the file', () => {
    const file = torchFile([rows]);
    const shifted = Buffer.concat([Buffer.of(0), file]).subarray(1);

    expect(readTorchFile(shifted)).toEqual(readTorchFile(file));
  });

  it('tells every cut from a whole', () => {
    const file = torchFile([rows, { name: 'steps', storage: counted, shape: [] }]);
    for (let length = 0; length < file.length; length++) {
      expect(() => readTorchFile(file.subarray(0, length))).toThrow(UnreadableFile);
    }
  });

  it.each([
    ['an empty file', Buffer.alloc(0), /no file of torch.save/],
    ['some other file', Buffer.from('hello, world'), /no file of torch.save/],
    ['the zipped format of later versions', Buffer.from('PK\x03\x04'), /torch 1\.6/],
    ['a pickle of something else', pickle(op.byte(1)), /its first number is another/],
    ['another protocol', withParts({ protocol: pickle(op.short(1002)) }), /protocol 1002/],
    ['numbers of another byte order', withParts({ system: pickle(op.emptyDict) }), /little-endian/],
    [
      'something behind the end',
      Buffer.concat([torchFile([rows]), Buffer.of(0)]),
      /1 bytes too many/,
    ],
    [
      'a list instead of tensors',
      withParts({ dictionary: pickle(op.emptyList) }),
      /no dictionary of tensors/,
    ],
    [
      'a number instead of a tensor',
      withParts({
        dictionary: pickle(op.emptyDict, op.text('a'), op.byte(1), op.setItem),
        keys: storageList([]),
        values: Buffer.alloc(0),
      }),
      /"a" is no tensor/,
    ],
    [
      'a storage that no tensor uses',
      withParts({ keys: storageList(['93']) }),
      /no tensor uses the storage 93/,
    ],
    ['a storage twice', withParts({ keys: storageList(['94', '94']) }), /storage 94/],
    [
      'no storages',
      withParts({ keys: storageList([]), values: Buffer.alloc(0) }),
      /storage 94 are missing/,
    ],
    [
      'values of a type that we do not read',
      torchFile([{ ...rows, storage: { ...storage, type: 'HalfStorage' } }]),
      /HalfStorage/,
    ],
    [
      'a tensor beyond its storage',
      torchFile([{ ...rows, shape: [2, 4] }]),
      /does not lie in its 6 values/,
    ],
    ['a tensor from beyond its storage', torchFile([{ ...rows, offset: 1 }]), /does not lie/],
    ['strides out of a storage', torchFile([{ ...rows, strides: [4, 1] }]), /does not lie/],
    [
      'a tensor that repeats one value',
      torchFile([{ ...rows, shape: [60_000, 60_000], strides: [0, 0] }]),
      /does not lie/,
    ],
    ['strides for fewer axes', torchFile([{ ...rows, strides: [1] }]), /does not lie/],
    [
      'a negative size',
      torchFile([{ ...rows, shape: [-1, 3] }]),
      /something else than storage and sizes/,
    ],
    [
      'more values than the file can hold',
      torchFile([{ ...rows, storage: { ...storage, claimed: 2_000_000_000 } }]),
      /cut off/,
    ],
    [
      'one storage with two sizes',
      torchFile([rows, { ...rows, name: 'again', storage: { ...storage, claimed: 7 } }]),
      /described in two ways/,
    ],
  ])('refuses %s', (_, file, message) => {
    expect(() => readTorchFile(file)).toThrow(UnreadableFile);
    expect(() => readTorchFile(file)).toThrow(message);
  });

  it('runs nothing that a file asks for', () => {
    const command = [op.text('touch /tmp/owned'), op.tuple1, op.reduce];
    for (const [module, name] of [
      ['posix', 'system'],
      ['builtins', 'eval'],
      ['torch.hub', 'load'],
      ['collections', 'Counter'],
      ['__proto__', ''],
    ] as const) {
      const hostile = pickle(op.global(module, name), ...command);
      expect(() => readTorchFile(withParts({ dictionary: hostile }))).toThrow(
        `the file names ${module} ${name}`,
      );
      expect(() => readTorchFile(withParts({ magic: hostile }))).toThrow(UnreadableFile);
      expect(() => readTorchFile(withParts({ system: hostile }))).toThrow(
        `the file names ${module} ${name}`,
      );
      expect(() => readTorchFile(withParts({ keys: hostile }))).toThrow(
        `the file names ${module} ${name}`,
      );
    }
  });

  it('does not call the types of storages', () => {
    const call = pickle(op.global('torch', 'FloatStorage'), op.emptyTuple, op.reduce);

    expect(() => readTorchFile(withParts({ dictionary: call }))).toThrow(
      'the file calls torch FloatStorage',
    );
  });
});
