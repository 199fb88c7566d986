import { sizeOfShape } from '../tensors/tensor-model.ts';
import { UnreadableFile } from './byte-reader.ts';
import type { PickleNames } from './unpickle.ts';

/** Values in row-major order. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The type of the numbers in a storage. */
interface StorageType {
  /** The size of a number. */
  readonly bytes: number;
}

const FLOATS: StorageType = { bytes: 4 };
/** Counters of training steps, which we do not need. */
const INTEGERS: StorageType = { bytes: 8 };

/** Memory that tensors share. */
export interface Storage {
  readonly type: StorageType;
  /** The number of values. */
  readonly length: number;
  /** Filled in by {@link fill} if the storage contains floats. */
  values?: Float32Array;
}

/** A tensor as a view of a storage. */
interface TensorView {
  readonly storage: Storage;
  readonly start: number;
  readonly shape: readonly number[];
  /** For each axis, the distance in the storage between neighbouring values. */
  readonly strides: readonly number[];
}

/** For a pickle of plain values, which refers to no names. */
export const NO_NAMES: PickleNames = {
  global: (name) => {
    throw new UnreadableFile(
      `the file refers to ${name}, which float weights do not need: refused`,
    );
  },
  persistent: () => NO_NAMES.global('an object elsewhere'),
};

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const areCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(isCount);

/** Implements `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, …)`. */
const viewOf = (storages: readonly Storage[], args: readonly unknown[]): TensorView => {
  const [storage, start, shape, strides] = args;
  const known = storages.find((candidate) => candidate === storage);
  if (known === undefined || !isCount(start) || !areCounts(shape) || !areCounts(strides)) {
    throw new UnreadableFile('a tensor is described in an unknown way');
  }
  const last = shape.reduce((at, size, axis) => at + (size - 1) * (strides[axis] ?? 0), start);
  if (sizeOfShape(shape) > known.length || last >= known.length) {
    throw new UnreadableFile(`a tensor [${shape.join()}] does not lie in its storage`);
  }
  return { storage: known, start, shape, strides };
};

/** Copies the values of a tensor row by row from their storage. */
const readRows = (from: Float32Array, { start, shape, strides }: TensorView): Float32Array => {
  const values = new Float32Array(sizeOfShape(shape));
  let to = 0;
  const walk = (axis: number, at: number): void => {
    if (axis === shape.length) {
      values[to++] = from[at] ?? 0;
      return;
    }
    const [size = 0, stride = 0] = [shape[axis], strides[axis]];
    for (let index = 0; index < size; index++) walk(axis + 1, at + index * stride);
  };
  walk(0, start);
  return values;
};

/** The names in a dictionary of tensors. Adds the storages to which the dictionary refers to the map, by key. */
export const namesOfTensors = (storages: Map<string, Storage>): PickleNames => {
  const globals = new Map<string, unknown>([
    ['collections OrderedDict', () => new Map()],
    [
      'torch._utils _rebuild_tensor_v2',
      (args: readonly unknown[]) => viewOf([...storages.values()], args),
    ],
    // A parameter is a tensor with facts about its training.
    ['torch._utils _rebuild_parameter', ([tensor]: readonly unknown[]) => tensor],
    ['torch FloatStorage', FLOATS],
    ['torch LongStorage', INTEGERS],
  ]);
  return {
    global: (name) => globals.get(name) ?? NO_NAMES.global(name),
    // ('storage', type, key, location, number of values)
    persistent: (id) => {
      const [, typeName, key, , length] = Array.isArray(id) ? (id as readonly unknown[]) : [];
      const type = [FLOATS, INTEGERS].find((candidate) => candidate === typeName);
      if (type === undefined || typeof key !== 'string' || !isCount(length)) {
        throw new UnreadableFile('a storage is described in an unknown way');
      }
      const storage = storages.get(key) ?? { type, length };
      storages.set(key, storage);
      return storage;
    },
  };
};

/**
 * Fills a storage with its values.
 * @throws UnreadableFile if the number of bytes is wrong.
 */
export const fill = (storage: Storage, key: string, bytes: Uint8Array | undefined): void => {
  const { type, length } = storage;
  if (bytes?.length !== length * type.bytes) {
    throw new UnreadableFile(`the storage ${key} does not have its ${length} values`);
  }
  // Copy, because values in the file may not be aligned to a multiple of their size.
  if (type === FLOATS) storage.values = new Float32Array(new Uint8Array(bytes).buffer);
};

/**
 * The tensors of 32-bit floats in a dictionary whose storages have been filled.
 * @throws UnreadableFile if it is not a dictionary of tensors.
 */
export const tensorsOf = (dictionary: unknown): ReadonlyMap<string, FloatTensor> => {
  if (!(dictionary instanceof Map)) {
    throw new UnreadableFile('the file holds no dictionary of tensors');
  }
  const tensors = new Map<string, FloatTensor>();
  for (const [name, view] of dictionary as ReadonlyMap<string, TensorView | undefined>) {
    if (view?.storage === undefined) throw new UnreadableFile(`"${name}" is not a tensor`);
    const { values } = view.storage;
    if (values !== undefined) {
      tensors.set(name, { shape: view.shape, values: readRows(values, view) });
    }
  }
  return tensors;
};
