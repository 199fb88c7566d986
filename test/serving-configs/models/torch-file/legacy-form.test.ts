import { readLegacyForm } from '../../../../serving-configs/models/torch-file/read-torch-file.ts';
import { UnreadableFile } from '../../../../serving-configs/models/torch-file/byte-reader.ts';
import { op, pickle } from './pickle-writer.ts';
import { legacyParts, legacyTorchFile, storageList, type WrittenTensor } from './torch-writer.ts';

const storage = { key: '94', values: [1, 2, 3, 4, 5, 6] };
const rows: WrittenTensor = { name: 'rows', storage, shape: [2, 3] };

const withParts = (parts: Partial<ReturnType<typeof legacyParts>>): Buffer =>
  Buffer.concat(Object.values({ ...legacyParts([rows]), ...parts }));

describe('the reader of torch files before torch 1.6', () => {
  it('does not care where a tensor begins in the file', () => {
    const file = legacyTorchFile([rows]);
    const shifted = Buffer.concat([Buffer.of(0), file]).subarray(1);

    expect(readLegacyForm(shifted)).toEqual(readLegacyForm(file));
  });

  it.each([
    ['an empty file', Buffer.alloc(0), /no file of torch.save/],
    ['a pickle of something else', pickle(op.byte(1)), /its first number is another/],
    ['another protocol', withParts({ protocol: pickle(op.short(1002)) }), /protocol 1002/],
    ['numbers of another byte order', withParts({ system: pickle(op.emptyDict) }), /little-endian/],
    [
      'something behind the end',
      Buffer.concat([legacyTorchFile([rows]), Buffer.of(0)]),
      /1 bytes too many/,
    ],
    [
      'a list instead of tensors',
      withParts({ dictionary: pickle(op.emptyList) }),
      /no dictionary of tensors/,
    ],
    [
      'a storage that no tensor uses',
      withParts({ keys: storageList(['93']) }),
      /no tensor uses the storage 93/,
    ],
    [
      'no storages',
      withParts({ keys: storageList([]), values: Buffer.alloc(0) }),
      /storage 94 are missing/,
    ],
    [
      'more values than the file can hold',
      legacyTorchFile([{ ...rows, storage: { ...storage, claimed: 2_000_000_000 } }]),
      /cut off/,
    ],
  ])('refuses %s', (_, file, message) => {
    expect(() => readLegacyForm(file)).toThrow(UnreadableFile);
    expect(() => readLegacyForm(file)).toThrow(message);
  });

  it.each(['magic', 'system', 'dictionary', 'keys'])(
    'runs nothing that its %s asks for',
    (part) => {
      const call = [
        op.global('posix', 'system'),
        op.text('touch /tmp/owned'),
        op.tuple1,
        op.reduce,
      ];

      expect(() => readLegacyForm(withParts({ [part]: pickle(...call) }))).toThrow(UnreadableFile);
    },
  );

  it.each([
    ['builtins', 'eval'],
    ['torch.hub', 'load'],
    ['__proto__', ''],
  ])('does not know the name %s %s', (module, name) => {
    const dictionary = pickle(op.global(module, name), op.emptyTuple, op.reduce);

    expect(() => readLegacyForm(withParts({ dictionary }))).toThrow(`names ${module} ${name}`);
  });

  it('does not call the types of storages', () => {
    const call = pickle(op.global('torch', 'FloatStorage'), op.emptyTuple, op.reduce);

    expect(() => readLegacyForm(withParts({ dictionary: call }))).toThrow(
      'the file calls torch FloatStorage',
    );
  });
});
