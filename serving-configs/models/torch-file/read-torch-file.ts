import { ByteReader } from './byte-reader.ts';
import { isCount, Storage, TensorView, type NamedTensor, type StorageType } from './storage.ts';
import { unpickle, type PickleNames } from './unpickle.ts';
import { UnreadableFile } from './unreadable-file.ts';

/** The numbers with which `torch.save` of torch before 1.6 begins: torch/serialization.py, `_legacy_save`. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

const STORAGES = {
  'torch FloatStorage': { bytes: 4, isFloat: true },
  'torch LongStorage': { bytes: 8, isFloat: false },
} as const satisfies Record<string, StorageType>;
const NO_NAMES: PickleNames = {
  global: (name) => {
    throw new UnreadableFile(`the file names ${name}, which weights do not need: refused`);
  },
  persistent: () => {
    throw new UnreadableFile('the head of the file refers to objects elsewhere: refused');
  },
};

/** The names of a dictionary of tensors. Collects the storages that it refers to. */
const namesOfTensors = (storages: Map<string, Storage>): PickleNames => {
  const globals: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
    'collections OrderedDict': () => new Map(),
    'torch._utils _rebuild_tensor_v2': (args) => TensorView.of(args),
  };
  /** A storage's type is named, not called. */
  const types = new Map<unknown, StorageType>();
  const typeNamed = (name: string): ((args: readonly unknown[]) => unknown) | undefined => {
    if (!Object.hasOwn(STORAGES, name)) return undefined;
    const marker = (): never => {
      throw new UnreadableFile(`the file calls ${name}: refused`);
    };
    types.set(marker, STORAGES[name as keyof typeof STORAGES]);
    return marker;
  };
  return {
    global: (name) =>
      (Object.hasOwn(globals, name) ? globals[name] : typeNamed(name)) ?? NO_NAMES.global(name),
    // ('storage', type, key, location, number of values, view), the view for storages that share memory.
    persistent: (id) => {
      const [kind, marker, key, , length, view] = Array.isArray(id) ? (id as unknown[]) : [];
      const type = types.get(marker);
      if (kind !== 'storage' || !type || typeof key !== 'string' || !isCount(length) || view) {
        throw new UnreadableFile('a storage is described in a way that we do not know');
      }
      const known = storages.get(key);
      if (known === undefined) {
        const storage = new Storage(type, length);
        storages.set(key, storage);
        return storage;
      }
      if (known.type === type && known.length === length) return known;
      throw new UnreadableFile(`the storage ${key} is described in two ways`);
    },
  };
};

const readHead = (reader: ByteReader): void => {
  // What begins with PK is a ZIP archive.
  if (reader.left >= 2 && reader.take(2).toString('latin1') === 'PK') {
    throw new UnreadableFile(
      'the file has the format of torch 1.6 and later; we read the older one',
    );
  }
};

const readMagic = (reader: ByteReader): void => {
  let magic: unknown;
  try {
    magic = unpickle(reader, NO_NAMES);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new UnreadableFile(`this is no file of torch.save: ${error.message}`, { cause: error });
  }
  if (magic !== MAGIC)
    throw new UnreadableFile('this is no file of torch.save: its first number is another');
  const protocol = unpickle(reader, NO_NAMES);
  if (protocol !== PROTOCOL) {
    throw new UnreadableFile(
      `the file has protocol ${String(protocol)} of torch.save, not ${PROTOCOL}`,
    );
  }
  const system = unpickle(reader, NO_NAMES);
  if (!(system instanceof Map) || system.get('little_endian') !== true) {
    throw new UnreadableFile('the file does not say that its numbers are little-endian');
  }
};

/** Reads the values of all storages: in the order of a list of their keys, each behind its number of values. */
const readStorages = (reader: ByteReader, storages: ReadonlyMap<string, Storage>): void => {
  const keys = unpickle(reader, NO_NAMES);
  if (!Array.isArray(keys)) throw new UnreadableFile('the list of storages is missing');
  const awaited = new Map(storages);
  for (const key of keys as readonly unknown[]) {
    const storage = typeof key === 'string' ? awaited.get(key) : undefined;
    if (storage === undefined)
      throw new UnreadableFile(`no tensor uses the storage ${String(key)}`);
    awaited.delete(String(key));
    const length = reader.int64();
    if (length !== BigInt(storage.length)) {
      throw new UnreadableFile(
        `the storage ${String(key)} has ${length} values, not ${storage.length}`,
      );
    }
    const bytes = reader.take(storage.length * storage.type.bytes);
    // A copy: in the file the values lie anywhere, in an array at a multiple of their size.
    if (storage.type.isFloat) storage.values = new Float32Array(new Uint8Array(bytes).buffer);
  }
  const [missing] = awaited.keys();
  if (missing !== undefined)
    throw new UnreadableFile(`the values of the storage ${missing} are missing`);
  if (reader.left > 0) throw new UnreadableFile(`${reader.left} bytes too many stand at the end`);
};

/**
 * Reads the tensors of 32-bit floats from a file that `torch.save` of torch before 1.6 wrote from a `state_dict()`: five
 * pickles (magic number, protocol, system, dictionary of tensors, keys of storages), then the storages. Nothing in the
 * file can run, and its claims are checked against its length. Tensors of whole numbers, which count training steps, are
 * left out.
 * @throws UnreadableFile where it is not such a file or is cut off.
 */
export const readTorchFile = (bytes: Uint8Array): ReadonlyMap<string, NamedTensor> => {
  readHead(new ByteReader(bytes));
  const reader = new ByteReader(bytes);
  readMagic(reader);
  const storages = new Map<string, Storage>();
  const dictionary = unpickle(reader, namesOfTensors(storages));
  if (!(dictionary instanceof Map))
    throw new UnreadableFile('the file holds no dictionary of tensors');
  readStorages(reader, storages);
  const tensors = new Map<string, NamedTensor>();
  for (const [name, view] of dictionary as ReadonlyMap<unknown, unknown>) {
    if (typeof name !== 'string' || !(view instanceof TensorView)) {
      throw new UnreadableFile(`"${String(name)}" is no tensor`);
    }
    const values = view.read();
    if (values !== undefined) tensors.set(name, { shape: view.shape, values });
  }
  return tensors;
};
