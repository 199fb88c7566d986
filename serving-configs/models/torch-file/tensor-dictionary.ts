import { isCount, Storage, TensorView, type NamedTensor, type StorageType } from './storage.ts';
import type { PickleNames } from './unpickle.ts';
import { UnreadableFile } from './unreadable-file.ts';

const STORAGES = {
  'torch FloatStorage': { bytes: 4, isFloat: true },
  'torch LongStorage': { bytes: 8, isFloat: false },
} as const satisfies Record<string, StorageType>;
const OTHER_STORAGE = /^torch [A-Z]\w*Storage$/;

/** Of a pickle of plain values. */
export const NO_NAMES: PickleNames = {
  global: (name) => {
    throw new UnreadableFile(`the file names ${name}, which weights do not need: refused`);
  },
  persistent: () => {
    throw new UnreadableFile('the head of the file refers to objects elsewhere: refused');
  },
};

/** The names of a dictionary of tensors. Collects the storages that it refers to. */
export const namesOfTensors = (storages: Map<string, Storage>): PickleNames => {
  const globals: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
    'collections OrderedDict': () => new Map(),
    'torch._utils _rebuild_tensor_v2': (args) => TensorView.of(args),
    // What is trained is a tensor with notes about its training.
    'torch._utils _rebuild_parameter': ([tensor]) => tensor,
  };
  /** A storage's type is named, not called. */
  const types = new Map<unknown, StorageType>();
  const typeNamed = (name: string): ((args: readonly unknown[]) => unknown) | undefined => {
    if (!Object.hasOwn(STORAGES, name)) {
      if (!OTHER_STORAGE.test(name)) return undefined;
      throw new UnreadableFile(`the file holds ${name}; we read numbers of torch FloatStorage`);
    }
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

/**
 * The tensors of 32-bit floats in a dictionary, when the values of its storages have been read.
 * @throws UnreadableFile where it is no dictionary of tensors.
 */
export const tensorsOf = (dictionary: unknown): ReadonlyMap<string, NamedTensor> => {
  if (!(dictionary instanceof Map))
    throw new UnreadableFile('the file holds no dictionary of tensors');
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
