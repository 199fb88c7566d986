/** Whether a server answered what it should: tensors by name, each by its own check. */
import { fromHalves } from './half.ts';
import { valuesOf, type NamedTensor } from './tensor-body.ts';
import type { Datatype } from './tensor-model.ts';

/** How the values of an output are compared with the right ones. */
export type ResolvedCheck =
  /** The largest value of each row, along the last dimension, stands at the same place. */
  | { readonly check: 'top1' }
  /** As numpy.allclose: every difference is at most `atol + rtol × |right value|`. */
  | { readonly check: 'allclose'; readonly rtol: number; readonly atol: number }
  /** The cosine of the angle between all values and the right ones. */
  | { readonly check: 'cosine'; readonly atLeast: number };

/** The value that is most wrong; texts, since JSON has no NaN. */
export interface WorstValue {
  /** Its place, a number for each dimension. */
  readonly index: readonly number[];
  /** With `top1` the place of the largest value in its row, otherwise the value. */
  readonly expected: string;
  readonly answered: string;
  /** The difference as a share of the larger of the two; absent where it is none, as with NaN. */
  readonly relativeDifference?: number;
}

/** How an output compares with the right one. */
export interface ComparedOutput {
  readonly output: string;
  readonly check: ResolvedCheck['check'];
  readonly passed: boolean;
  /** Why there are no values to compare. */
  readonly wrong?: 'missing' | 'type' | 'shape';
  /** What differs most, passed or not; absent where nothing does. */
  readonly worst?: WorstValue;
  /** Of how many values, with `top1` rows, how many are wrong. */
  readonly values?: number;
  readonly wrongValues?: number;
  /** Only with `cosine`; absent where it is no number. */
  readonly cosine?: number;
  /** Only with `cosine`: what that must be. */
  readonly atLeast?: number;
}

export interface ComparedTensors {
  readonly passed: boolean;
  /** In the order of the right answer. */
  readonly outputs: readonly ComparedOutput[];
}

type Value = number | bigint;
type Values = ArrayLike<Value>;

/** The values as they are compared: numbers, of BOOL 0 and 1; INT64 as it is, since numbers are exact only up to 2^53. */
const exactValuesOf = (tensor: NamedTensor) => {
  const values = valuesOf(tensor);
  return values instanceof Uint16Array ? fromHalves(values) : values;
};

/** The values as numbers; of BOOL 0 and 1, of INT64 rounded beyond 2^53. */
export const numbersOf = (tensor: NamedTensor): ArrayLike<number> => {
  const values = exactValuesOf(tensor);
  return values instanceof BigInt64Array ? Float64Array.from(values, Number) : values;
};

/** The first place whose value is no number; undefined where all are. */
export const nanIndex = (tensor: NamedTensor): readonly number[] | undefined => {
  if (tensor.datatype !== 'FP32' && tensor.datatype !== 'FP16') return undefined;
  const at = Array.prototype.findIndex.call(numbersOf(tensor), Number.isNaN);
  return at === -1 ? undefined : placeOf(at, tensor.shape);
};

/**
 * The check of an output for which the user named none. Kernels of one network differ in the order of their sums, which in 32-bit
 * floats shows in the fourth to sixth digit; a number of 16 bits has three digits. Whole numbers have none to lose.
 */
export const defaultCheck = (datatype: Datatype): ResolvedCheck => {
  if (datatype === 'FP32') return { check: 'allclose', rtol: 1e-3, atol: 1e-4 };
  if (datatype === 'FP16') return { check: 'allclose', rtol: 1e-2, atol: 1e-3 };
  return { check: 'allclose', rtol: 0, atol: 0 };
};

/**
 * The check of a tensor, of the answer or with open dimensions of the model. A single value has no largest beside it and no direction:
 * any would pass `top1`, and any of its sign `cosine`.
 */
export const checkFor = (
  check: ResolvedCheck,
  { datatype, shape }: Pick<NamedTensor, 'datatype' | 'shape'>,
): ResolvedCheck => {
  const compared = check.check === 'top1' ? shape.slice(-1) : shape;
  const isSingle = compared.every((size) => size === 1);
  return check.check !== 'allclose' && isSingle ? defaultCheck(datatype) : check;
};

/** The place of the value at `at`, a number for each dimension. */
const placeOf = (at: number, shape: readonly number[]): readonly number[] => {
  const place: number[] = [];
  let rest = at;
  for (const size of shape.toReversed()) {
    place.push(rest % size);
    rest = Math.floor(rest / size);
  }
  return place.toReversed();
};

type Comparison = Omit<ComparedOutput, 'output' | 'check'>;

/** How far a value is from the right one, exactly before it is a number. */
const distanceOf = (right: Value, given: Value): number =>
  Math.abs(
    typeof right === 'bigint' && typeof given === 'bigint'
      ? Number(given - right)
      : Number(given) - Number(right),
  );

const sizeOf = (value: Value): number => Math.abs(Number(value));

const worstAt = (
  at: number,
  [right, given]: readonly [Value, Value],
  shape: readonly number[],
): WorstValue => {
  const relative = distanceOf(right, given) / Math.max(sizeOf(given), sizeOf(right));
  return {
    index: placeOf(at, shape),
    expected: String(right),
    answered: String(given),
    relativeDifference: Number.isFinite(relative) ? relative : undefined,
  };
};

/** How far a value is off, as a share of what it may be. */
const excessOf = (right: Value, given: Value, rtol: number, atol: number): number => {
  if (Object.is(given, right)) return 0;
  const difference = distanceOf(right, given);
  if (!Number.isFinite(difference)) return Infinity;
  return difference / (atol + rtol * sizeOf(right));
};

const compareClose = (
  expected: Values,
  answered: Values,
  shape: readonly number[],
  { rtol, atol }: { readonly rtol: number; readonly atol: number },
): Comparison => {
  let [worst, most, wrongValues] = [-1, 0, 0];
  for (let at = 0; at < expected.length; at += 1) {
    if (expected[at] === answered[at]) continue;
    const excess = excessOf(expected[at] ?? 0, answered[at] ?? 0, rtol, atol);
    if (excess > 1) wrongValues += 1;
    if (excess > most) [worst, most] = [at, excess];
  }
  const pair = [expected[worst] ?? 0, answered[worst] ?? 0] as const;
  return {
    passed: wrongValues === 0,
    values: expected.length,
    wrongValues,
    worst: worst === -1 ? undefined : worstAt(worst, pair, shape),
  };
};

/** The place of the largest of the values from `start` to `end`, counted from `start`; -1 where one is no number. */
const largest = (values: Values, start: number, end: number): number => {
  let best = start;
  for (let at = start; at < end; at += 1) {
    const value = values[at] ?? NaN;
    if (Number.isNaN(value)) return -1;
    if (value > (values[best] ?? NaN)) best = at;
  }
  return best - start;
};

const compareTop1 = (expected: Values, answered: Values, shape: readonly number[]): Comparison => {
  const columns = shape.at(-1) ?? 1;
  const rows = columns === 0 ? 0 : expected.length / columns;
  let worst: WorstValue | undefined;
  let wrongValues = 0;
  for (let row = 0; row < rows; row += 1) {
    const start = row * columns;
    const right = largest(expected, start, start + columns);
    const given = largest(answered, start, start + columns);
    // Values that are equally large are equally right.
    if (given !== -1 && expected[start + given] === expected[start + right]) continue;
    wrongValues += 1;
    worst ??= {
      index: placeOf(start + Math.max(given, 0), shape),
      expected: String(right),
      answered: given === -1 ? 'NaN' : String(given),
    };
  }
  return {
    passed: wrongValues === 0,
    values: rows,
    wrongValues,
    worst,
  };
};

const cosineOf = (one: ArrayLike<number>, other: ArrayLike<number>): number => {
  let [product, oneSquare, otherSquare] = [0, 0, 0];
  for (let at = 0; at < one.length; at += 1) {
    const [a, b] = [one[at] ?? 0, other[at] ?? 0];
    product += a * b;
    oneSquare += a * a;
    otherSquare += b * b;
  }
  // Nothing has no direction, and is like nothing alone.
  if (oneSquare === 0 && otherSquare === 0) return 1;
  if (oneSquare === 0 || otherSquare === 0) return 0;
  return product / Math.sqrt(oneSquare * otherSquare);
};

const compareValues = (
  expected: NamedTensor,
  answered: NamedTensor,
  check: ResolvedCheck,
): Comparison => {
  const [right, given] = [exactValuesOf(expected), exactValuesOf(answered)];
  const { shape } = expected;
  switch (check.check) {
    case 'top1':
      return compareTop1(right, given, shape);
    case 'allclose':
      return compareClose(right, given, shape, check);
    case 'cosine': {
      const cosine = cosineOf(numbersOf(expected), numbersOf(answered));
      const { worst, values } = compareClose(right, given, shape, { rtol: 1, atol: 0 });
      return {
        // Sums of floats may make of 1 a little less.
        passed: cosine >= check.atLeast - 1e-12,
        atLeast: check.atLeast,
        values,
        cosine: Number.isFinite(cosine) ? cosine : undefined,
        worst,
      };
    }
    default:
      return check satisfies never;
  }
};

const problemOf = (
  expected: NamedTensor,
  answered: NamedTensor | undefined,
): ComparedOutput['wrong'] => {
  if (answered === undefined) return 'missing';
  if (answered.datatype !== expected.datatype) return 'type';
  return answered.shape.join() === expected.shape.join() ? undefined : 'shape';
};

/**
 * Compares an answer with the right one. What is answered beside the outputs of the right answer does not count.
 *
 * @param checks - By the name of the output; without one, and where {@link checkFor} says so, {@link defaultCheck}.
 */
export const compareTensors = (
  expected: readonly NamedTensor[],
  answered: readonly NamedTensor[],
  checks: Readonly<Record<string, ResolvedCheck>> = {},
): ComparedTensors => {
  const outputs = expected.map((right): ComparedOutput => {
    const check = checkFor(checks[right.name] ?? defaultCheck(right.datatype), right);
    const given = answered.find(({ name }) => name === right.name);
    const wrong = problemOf(right, given);
    return {
      output: right.name,
      check: check.check,
      ...(given === undefined || wrong !== undefined
        ? { passed: false, wrong }
        : compareValues(right, given, check)),
    };
  });
  return { passed: outputs.every(({ passed }) => passed), outputs };
};
