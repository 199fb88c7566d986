import { UnreadableFile } from './unreadable-file.ts';

/** Values in row-major order. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface StorageType {
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

export const isCount = (value: unknown): value is number =>
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
export class TensorView {
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
