import { op, pickle } from './pickle-writer.ts';
import { zipArchive, type WrittenMember } from './zip-writer.ts';

export interface WrittenStorage {
  readonly key: string;
  readonly type?: 'FloatStorage' | 'LongStorage' | 'HalfStorage';
  readonly values: readonly number[] | Float32Array;
}

export interface WrittenTensor {
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
const dictionary = (tensors: readonly WrittenTensor[], form: Form): Buffer =>
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
export const legacyTorchFile = (
  tensors: readonly WrittenTensor[],
  written = dictionary(tensors, 'legacy'),
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
export const zipMembers = (
  tensors: readonly WrittenTensor[],
  written = dictionary(tensors, 'zip'),
): readonly WrittenMember[] => [
  { name: 'weights/data.pkl', bytes: written },
  ...storagesOf(tensors).map((storage) => ({
    name: `weights/data/${storage.key}`,
    bytes: valueBytes(storage),
  })),
  { name: 'weights/version', bytes: Buffer.from('3\n') },
];

export const zipTorchFile = (tensors: readonly WrittenTensor[], written?: Buffer): Buffer =>
  zipArchive(zipMembers(tensors, written));
