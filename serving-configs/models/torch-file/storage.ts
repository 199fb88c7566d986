import { UnreadableFile } from './byte-reader.ts';
import type { PickleNames } from './unpickle.ts';

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

/** Values in row-major order. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

interface StorageType {
  readonly bytes: number;
  /** 32-bit floats; all others are not read. */
  readonly isFloat: boolean;
}

/** Memory of tensors, before its values are read. */
export class Storage {
  readonly type: StorageType;
  /** Number of values. */
  readonly length: number;
  values: Float32Array | undefined;

  constructor(type: StorageType, length: number) {
    this.type = type;
    this.length = length;
  }
}

/** torch has no tensors of more dimensions either. */
const MOST_DIMENSIONS = 64;

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const countsOf = (value: unknown): readonly number[] | undefined =>
  Array.isArray(value) && value.length <= MOST_DIMENSIONS && value.every(isCount)
    ? value
    : undefined;

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** The strides of a tensor that lies row by row. */
const rowStrides = (shape: readonly number[]): readonly number[] =>
  shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** A tensor as a way to walk through a storage. */
class TensorView {
  readonly storage: Storage;
  readonly start: number;
  readonly shape: readonly number[];
  /** Of each axis, how many values of the storage lie between two neighbours. */
  readonly strides: readonly number[];

  private constructor(
    storage: Storage,
    start: number,
    shape: readonly number[],
    strides: readonly number[],
  ) {
    this.storage = storage;
    this.start = start;
    this.shape = shape;
    this.strides = strides;
  }

  /**
   * A view by the arguments of `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, …)`.
   * @throws UnreadableFile where it leaves the storage or has more values than that.
   */
  static of(args: readonly unknown[]): TensorView {
    const [storage, start] = args;
    const shape = countsOf(args[2]);
    const strides = countsOf(args[3]);
    if (!(storage instanceof Storage) || !isCount(start) || !shape || !strides) {
      throw new UnreadableFile('a tensor is described by something else than storage and sizes');
    }
    const last = shape.reduce((at, size, axis) => at + (size - 1) * (strides[axis] ?? 0), start);
    const size = sizeOf(shape);
    const fits = size === 0 || (size <= storage.length && last < storage.length);
    if (shape.length !== strides.length || !fits) {
      throw new UnreadableFile(
        `a tensor [${shape.join()}] with the strides [${strides.join()}] from value ${start} on does not lie in its ` +
          `${storage.length} values`,
      );
    }
    return new TensorView(storage, start, shape, strides);
  }

  /**
   * Its values row by row; `undefined` where they are no 32-bit floats. They are a view of the storage where they lie in it
   * like that.
   */
  read(): Float32Array | undefined {
    const from = this.storage.values;
    if (from === undefined) return undefined;
    const { shape, strides } = this;
    const length = sizeOf(shape);
    if (strides.join() === rowStrides(shape).join()) {
      return from.subarray(this.start, this.start + length);
    }
    const values = new Float32Array(length);
    let to = 0;
    const walk = (axis: number, at: number): void => {
      if (axis === shape.length) {
        values[to] = from[at] ?? 0;
        to += 1;
        return;
      }
      const size = shape[axis] ?? 0;
      const stride = strides[axis] ?? 0;
      for (let index = 0; index < size; index++) walk(axis + 1, at + index * stride);
    };
    if (values.length > 0) walk(0, this.start);
    return values;
  }
}
