import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../serving-configs/options/usage-error.ts';
import { convertStateDict } from '../../serving-configs/models/torch-file/read-state-dict.ts';
import { type WrittenMember, zipArchive } from '../serving-configs/models/torch-file/zip-writer.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { assertPrograms } from './assert-programs.ts';

/**
 * Writes pickles operation by operation (CPython, Lib/pickletools.py), so that tests control every byte and can write pickles that no
 * honest program writes.
 */

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const join = (...pieces: readonly (Uint8Array | string)[]): Buffer =>
  Buffer.concat(
    pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)),
  );

const op = {
  proto: '\x80\x02',
  stop: '.',
  mark: '(',
  none: 'N',
  true: '\x88',
  false: '\x89',
  emptyDict: '}',
  setItem: 's',
  setItems: 'u',
  emptyList: ']',
  appends: 'e',
  emptyTuple: ')',
  tuple: 't',
  tuple1: '\x85',
  reduce: 'R',
  build: 'b',
  persistent: 'Q',
  text: (value: string): Buffer => join('X', uint32(Buffer.byteLength(value)), Buffer.from(value)),
  int: (value: number): Buffer => join('J', uint32(value >>> 0)),
  short: (value: number): Buffer => join('M', Buffer.of(value & 255, value >> 8)),
  /** Only the magic number of a file is such a long integer. */
  long: (bytes: readonly number[]): Buffer => join('\x8a', Buffer.of(bytes.length, ...bytes)),
  global: (module: string, name: string): string => `c${module}\n${name}\n`,
} as const;

/** A complete pickle of protocol 2 from its operations. */
const pickle = (...operations: readonly (Uint8Array | string)[]): Buffer =>
  join(op.proto, ...operations, op.stop);

interface WrittenStorage {
  readonly key: string;
  readonly type?: 'FloatStorage' | 'LongStorage' | 'HalfStorage';
  readonly values: readonly number[] | Float32Array;
}

interface WrittenTensor {
  readonly name: string;
  readonly storage: WrittenStorage;
  readonly offset?: number;
  readonly shape: readonly number[];
  /** Default: row by row. */
  readonly strides?: readonly number[];
  /** Whether it is saved as the parameter of a module instead of a bare tensor. */
  readonly isParameter?: boolean;
}

type Operations = readonly (Uint8Array | string)[];

const tuple = (items: readonly Operations[]): Operations => [op.mark, ...items.flat(), op.tuple];
const numbers = (values: readonly number[]): Operations =>
  tuple(values.map((value) => [op.int(value)]));

const rowStrides = (shape: readonly number[]): readonly number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));

/** `zip` is the format since torch 1.6, `legacy` the one before. */
type Form = 'zip' | 'legacy';

const NO_HOOKS: Operations = [op.global('collections', 'OrderedDict'), op.emptyTuple, op.reduce];

const storageOps = (
  { key, type = 'FloatStorage', values }: WrittenStorage,
  form: Form,
): Operations => [
  ...tuple([
    [op.text('storage')],
    [op.global('torch', type)],
    [op.text(key)],
    [op.text('cpu')],
    [op.int(values.length)],
    ...(form === 'legacy' ? [[op.none]] : []),
  ]),
  op.persistent,
];

const bareTensorOps = (
  { storage, offset = 0, shape, strides }: WrittenTensor,
  form: Form,
): Operations => [
  op.global('torch._utils', '_rebuild_tensor_v2'),
  ...tuple([
    storageOps(storage, form),
    [op.int(offset)],
    numbers(shape),
    numbers(strides ?? rowStrides(shape)),
    [op.false],
    NO_HOOKS,
  ]),
  op.reduce,
];

const tensorOps = (tensor: WrittenTensor, form: Form): Operations => {
  const bare = bareTensorOps(tensor, form);
  if (tensor.isParameter !== true) return [op.text(tensor.name), ...bare];
  const rebuild = op.global('torch._utils', '_rebuild_parameter');
  return [op.text(tensor.name), rebuild, ...tuple([bare, [op.true], NO_HOOKS]), op.reduce];
};

/** The dictionary of tensors, with the facts about modules that torch adds. */
const dictionaryOf = (tensors: readonly WrittenTensor[], form: Form): Buffer =>
  pickle(
    op.global('collections', 'OrderedDict'),
    op.emptyTuple,
    op.reduce,
    op.mark,
    ...tensors.flatMap((tensor) => tensorOps(tensor, form)),
    op.setItems,
    op.emptyDict,
    op.text('_metadata'),
    op.emptyDict,
    op.setItem,
    op.build,
  );

const valueBytes = ({ type, values }: WrittenStorage): Buffer =>
  type === 'LongStorage'
    ? Buffer.from(BigInt64Array.from(values, BigInt).buffer)
    : Buffer.from(new Float32Array(values).buffer);

const countedBytes = (storage: WrittenStorage): Buffer => {
  const count = Buffer.alloc(8);
  count.writeBigInt64LE(BigInt(storage.values.length));
  return Buffer.concat([count, valueBytes(storage)]);
};

const storagesOf = (tensors: readonly WrittenTensor[]): readonly WrittenStorage[] => [
  ...new Map(tensors.map(({ storage }) => [storage.key, storage])).values(),
];

const MAGIC = pickle(op.long([0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]));
const PROTOCOL = pickle(op.short(1001));
const SYSTEM = pickle(op.emptyDict, op.text('little_endian'), op.true, op.setItem);

const storageList = (keys: readonly string[]): Buffer =>
  pickle(op.emptyList, op.mark, ...keys.map((key) => op.text(key)), op.appends);

/**
 * A file like those of `torch.save` before 1.6.
 * @param written - A pickle instead of the dictionary of tensors.
 */
const legacyTorchFile = (
  tensors: readonly WrittenTensor[],
  written = dictionaryOf(tensors, 'legacy'),
): Buffer =>
  Buffer.concat([
    MAGIC,
    PROTOCOL,
    SYSTEM,
    written,
    storageList(storagesOf(tensors).map(({ key }) => key)),
    ...storagesOf(tensors).map(countedBytes),
  ]);

/** The members of a file like those of `torch.save` since 1.6, in a folder with the name of the saved file. */
const zipMembers = (
  tensors: readonly WrittenTensor[],
  written = dictionaryOf(tensors, 'zip'),
): readonly WrittenMember[] => [
  { name: 'weights/data.pkl', bytes: written },
  ...storagesOf(tensors).map((storage) => ({
    name: `weights/data/${storage.key}`,
    bytes: valueBytes(storage),
  })),
  { name: 'weights/version', bytes: Buffer.from('3\n') },
];

const zipTorchFile = (tensors: readonly WrittenTensor[], written?: Buffer): Buffer =>
  zipArchive(zipMembers(tensors, written));

beforeAll(() => assertPrograms('python3'));

/** The tensors in a file, by name. */
const read = (bytes: Uint8Array): Promise<object> => {
  const file = path.join(newFolder(), 'some.pth');
  writeFileSync(file, bytes);
  return convertStateDict({ file, python: 'python3' }, 'a network', 'give weights', (tensors) =>
    Object.fromEntries(
      [...tensors].map(([name, { shape, values }]) => [name, { shape, values: [...values] }]),
    ),
  );
};

/** Why a file is refused. */
const problemOf = (bytes: Uint8Array): Promise<unknown> =>
  read(bytes).catch((error: unknown) => error);

const storage = { key: '94', values: [1, 2, 3, 4, 5, 6] };
const rows: WrittenTensor = { name: 'rows', storage, shape: [2, 3] };
const counted = { key: '95', type: 'LongStorage', values: [7] } as const;
const steps: WrittenTensor = { name: 'steps', storage: counted, shape: [] };

const FORMS = [
  ['before torch 1.6', legacyTorchFile],
  ['since torch 1.6', zipTorchFile],
] as const;

describe.each(FORMS)('a torch file in the format %s', (_, torchFile) => {
  it('has tensors by name, with shape and values, without the counters of training steps', async () => {
    const other = { name: 'other', storage: { key: '9', values: [0.5] }, shape: [] };
    const second = { name: 'second row', storage, offset: 3, shape: [3, 1], strides: [1, 99] };
    const turned = { name: 'turned', storage, shape: [3, 2], strides: [1, 3] };

    expect(
      await read(torchFile([{ ...rows, isParameter: true }, steps, other, second, turned])),
    ).toEqual({
      rows: { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
      other: { shape: [], values: [0.5] },
      'second row': { shape: [3, 1], values: [4, 5, 6] },
      turned: { shape: [3, 2], values: [1, 4, 2, 5, 3, 6] },
    });
  });

  it('is refused if it is cut off', async () => {
    const file = torchFile([rows]);
    const lengths = [0, 1, 20, 0.1, 0.3, 0.5, 0.7, 0.9].map((part) =>
      part < 1 ? Math.floor(part * file.length) : part,
    );
    for (const length of [...lengths, file.length - 1]) {
      expect(await problemOf(file.subarray(0, length))).toBeInstanceOf(UsageError);
    }
  });

  it.each<[string, WrittenTensor]>([
    ['half floats', { ...rows, storage: { ...storage, type: 'HalfStorage' } }],
    ['a tensor beyond its storage', { ...rows, shape: [2, 4] }],
    ['strides beyond its storage', { ...rows, strides: [4, 1] }],
    ['a tensor that repeats one value', { ...rows, shape: [60_000, 60_000], strides: [0, 0] }],
    ['a negative size', { ...rows, shape: [-1, 3] }],
  ])('is refused with %s', async (__, tensor) => {
    expect(await problemOf(torchFile([tensor]))).toBeInstanceOf(UsageError);
  });

  it.each([
    ['a command', [op.global('posix', 'system'), op.text('id'), op.tuple1, op.reduce]],
    ['a name of JavaScript', [op.global('__proto__', ''), op.emptyTuple, op.reduce]],
    ['a call of a type', [op.global('torch', 'FloatStorage'), op.emptyTuple, op.reduce]],
    ['a whole module', [op.global('torchvision.models.resnet', 'ResNet')]],
    ['an object of a class (NEWOBJ)', [op.emptyTuple, op.emptyTuple, '\x81']],
    ['a name from the stack', [op.text('posix'), op.text('system'), '\x93']],
    ['a value that is not there', [op.tuple1]],
    ['a list', [op.emptyList]],
  ])('is refused if its dictionary is %s, without running any of it', async (__, operations) => {
    expect(await problemOf(torchFile([rows], pickle(...operations)))).toBeInstanceOf(UsageError);
  });
});

describe('a torch file', () => {
  const [dictionary, values] = zipMembers([rows]) as [WrittenMember, WrittenMember];
  const file = zipTorchFile([rows]);
  const damaged = Buffer.from(file);
  damaged.writeUInt8(1, file.indexOf(values.bytes));
  const script = { name: 'weights/constants.pkl', bytes: Buffer.alloc(0) };

  it.each([
    ['empty', Buffer.alloc(0)],
    ['a text', Buffer.from('hello, world')],
    ['an archive of something else', zipArchive([{ name: 'a.txt', bytes: Buffer.from('a') }])],
    ['compressed', zipArchive([dictionary, { ...values, method: 8 }])],
    ['damaged', damaged],
    ['without its values', zipArchive([dictionary])],
    ['TorchScript', zipArchive([dictionary, values, script])],
  ])('is refused if it is %s', async (_, bytes) => {
    expect(await problemOf(bytes)).toBeInstanceOf(UsageError);
  });
});
