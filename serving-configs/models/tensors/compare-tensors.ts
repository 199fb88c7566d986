/** Compares the answer of a server with the correct one: tensors by name, each with its own check. */
import {
  anyOf,
  array,
  boolean,
  described,
  number,
  object,
  oneOf,
  optional,
  literal,
  string,
  type Static,
} from '../../schema.ts';
import { fromHalves } from './half.ts';
import { valuesOf, type NamedTensor } from './tensor-body.ts';
import type { Datatype, TensorSpec } from './tensor-spec.ts';

export const resolvedCheckSchema = anyOf(
  [
    object(
      { check: literal('top1') },
      'In each row along the last dimension, the largest value is at the same index.',
    ),
    object(
      { check: literal('allclose'), rtol: number(), atol: number() },
      'Like numpy.allclose: every difference is at most `atol + rtol × |correct value|`.',
    ),
    object(
      { check: literal('cosine'), atLeast: number() },
      'The cosine of the angle between all values and the correct ones.',
    ),
  ],
  'How the values of an output are compared with the correct ones.',
);
export type ResolvedCheck = Static<typeof resolvedCheckSchema>;

export const worstValueSchema = object(
  {
    index: array(number(), 'The index of the value, one number per dimension.'),
    expected: string('The correct value; with `top1`, the index of the largest value in the row.'),
    answered: string(),
    relativeDifference: optional(
      number('The difference as a share of the larger of the two; absent if it is not a number.'),
    ),
  },
  'The value that differs most. Its values are texts, because JSON has no NaN.',
);
export interface WorstValue extends Static<typeof worstValueSchema> {}

export const comparedOutputSchema = object(
  {
    output: string(),
    check: oneOf(['top1', 'allclose', 'cosine']),
    passed: boolean(),
    wrong: optional(oneOf(['missing', 'type', 'shape'], 'Why the values cannot be compared.')),
    worst: optional(
      described(
        worstValueSchema,
        'The largest difference, even if the check passed; absent if there is none.',
      ),
    ),
    values: optional(number('The number of compared values; with `top1`, of rows.')),
    wrongValues: optional(number()),
    cosine: optional(number('Only with `cosine`; absent if it is not a number.')),
    atLeast: optional(number('Only with `cosine`: the least that passes.')),
  },
  'The result of comparing one output.',
);
export interface ComparedOutput extends Static<typeof comparedOutputSchema> {}

export interface ComparedTensors {
  readonly passed: boolean;
  /** In the order of the correct answer. */
  readonly outputs: readonly ComparedOutput[];
}

type ExactValue = number | bigint;
type ExactValues = ArrayLike<ExactValue>;

/** The values to compare: numbers, with 0 and 1 for BOOL. INT64 stays bigint, because numbers are exact only up to 2^53. */
const exactValuesOf = (tensor: NamedTensor) => {
  const values = valuesOf(tensor);
  return values instanceof Uint16Array ? fromHalves(values) : values;
};

/** The values as numbers: 0 and 1 for BOOL; INT64 is rounded beyond 2^53. */
export const numbersOf = (tensor: NamedTensor): ArrayLike<number> => {
  const values = exactValuesOf(tensor);
  return values instanceof BigInt64Array ? Float64Array.from(values, Number) : values;
};

/** The index of the first NaN, one number per dimension; undefined if there is none. */
export const nanIndex = (tensor: NamedTensor): readonly number[] | undefined => {
  if (tensor.datatype !== 'FP32' && tensor.datatype !== 'FP16') return undefined;
  const at = Array.prototype.findIndex.call(numbersOf(tensor), Number.isNaN);
  return at === -1 ? undefined : indexOf(at, tensor.shape);
};

/**
 * The default check of an output. Kernels for the same network add in different orders, which changes the fourth to sixth digit of 32-bit
 * floats; 16-bit floats have only three digits. Integers must be equal.
 */
export const defaultCheck = (datatype: Datatype): ResolvedCheck => {
  if (datatype === 'FP32') return { check: 'allclose', rtol: 1e-3, atol: 1e-4 };
  if (datatype === 'FP16') return { check: 'allclose', rtol: 1e-2, atol: 1e-3 };
  return { check: 'allclose', rtol: 0, atol: 0 };
};

/**
 * Replaces a check that any value of a tensor would pass by the default: with a single value, `top1` always passes, and `cosine` depends
 * only on the sign. The shape may have open dimensions.
 */
export const checkFor = (
  check: ResolvedCheck,
  { datatype, shape, isRankOpen }: Pick<TensorSpec, 'datatype' | 'shape' | 'isRankOpen'>,
): ResolvedCheck => {
  const compared = check.check === 'top1' ? shape.slice(-1) : shape;
  const isSingle = isRankOpen === undefined && compared.every((size) => size === 1);
  return check.check !== 'allclose' && isSingle ? defaultCheck(datatype) : check;
};

/** The index of the value at a flat position, one number per dimension. */
const indexOf = (at: number, shape: readonly number[]): readonly number[] => {
  const index: number[] = [];
  let rest = at;
  for (const size of shape.toReversed()) {
    index.push(rest % size);
    rest = Math.floor(rest / size);
  }
  return index.toReversed();
};

type OutputComparison = Omit<ComparedOutput, 'output' | 'check'>;

/** The difference of two values. That of bigints is exact before it becomes a number. */
const distanceOf = (expected: ExactValue, answered: ExactValue): number =>
  Math.abs(
    typeof expected === 'bigint' && typeof answered === 'bigint'
      ? Number(answered - expected)
      : Number(answered) - Number(expected),
  );

const sizeOf = (value: ExactValue): number => Math.abs(Number(value));

const worstAt = (
  at: number,
  [expected, answered]: readonly [ExactValue, ExactValue],
  shape: readonly number[],
): WorstValue => {
  const distance = distanceOf(expected, answered);
  const relative = distance / Math.max(sizeOf(answered), sizeOf(expected));
  return {
    index: indexOf(at, shape),
    expected: String(expected),
    answered: String(answered),
    relativeDifference: Number.isFinite(relative) ? relative : undefined,
  };
};

/** The difference of two values as a share of the tolerance. */
const excessOf = (
  expected: ExactValue,
  answered: ExactValue,
  rtol: number,
  atol: number,
): number => {
  if (Object.is(answered, expected)) return 0;
  const difference = distanceOf(expected, answered);
  if (!Number.isFinite(difference)) return Infinity;
  return difference / (atol + rtol * sizeOf(expected));
};

const compareClose = (
  expected: ExactValues,
  answered: ExactValues,
  shape: readonly number[],
  { rtol, atol }: { readonly rtol: number; readonly atol: number },
): OutputComparison => {
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

/** The position of the largest value from `start` to `end`, relative to `start`; -1 if there is NaN. */
const largest = (values: ExactValues, start: number, end: number): number => {
  let best = start;
  for (let at = start; at < end; at += 1) {
    const value = values[at] ?? NaN;
    if (Number.isNaN(value)) return -1;
    if (value > (values[best] ?? NaN)) best = at;
  }
  return best - start;
};

const compareTop1 = (
  expected: ExactValues,
  answered: ExactValues,
  shape: readonly number[],
): OutputComparison => {
  const columns = shape.at(-1) ?? 1;
  const rows = columns === 0 ? 0 : expected.length / columns;
  let worst: WorstValue | undefined;
  let wrongValues = 0;
  for (let row = 0; row < rows; row += 1) {
    const start = row * columns;
    const expectedIndex = largest(expected, start, start + columns);
    const answeredIndex = largest(answered, start, start + columns);
    // If several values are equally large, each of them is correct.
    if (answeredIndex !== -1 && expected[start + answeredIndex] === expected[start + expectedIndex])
      continue;
    wrongValues += 1;
    worst ??= {
      index: indexOf(start + Math.max(answeredIndex, 0), shape),
      expected: String(expectedIndex),
      answered: answeredIndex === -1 ? 'NaN' : String(answeredIndex),
    };
  }
  return {
    passed: wrongValues === 0,
    values: rows,
    wrongValues,
    worst,
  };
};

const cosineOf = (expected: ArrayLike<number>, answered: ArrayLike<number>): number => {
  let [product, expectedSquare, answeredSquare] = [0, 0, 0];
  for (let at = 0; at < expected.length; at += 1) {
    const [a, b] = [expected[at] ?? 0, answered[at] ?? 0];
    product += a * b;
    expectedSquare += a * a;
    answeredSquare += b * b;
  }
  // Zeros have no direction, so they are similar only to zeros.
  if (expectedSquare === 0 && answeredSquare === 0) return 1;
  if (expectedSquare === 0 || answeredSquare === 0) return 0;
  return product / Math.sqrt(expectedSquare * answeredSquare);
};

const compareValues = (
  expected: NamedTensor,
  answered: NamedTensor,
  check: ResolvedCheck,
): OutputComparison => {
  const [expectedValues, values] = [exactValuesOf(expected), exactValuesOf(answered)];
  const { shape } = expected;
  switch (check.check) {
    case 'top1':
      return compareTop1(expectedValues, values, shape);
    case 'allclose':
      return compareClose(expectedValues, values, shape, check);
    case 'cosine': {
      const cosine = cosineOf(numbersOf(expected), numbersOf(answered));
      const close = compareClose(expectedValues, values, shape, { rtol: 1, atol: 0 });
      return {
        // Rounding may turn 1 into a little less.
        passed: cosine >= check.atLeast - 1e-12,
        atLeast: check.atLeast,
        values: close.values,
        cosine: Number.isFinite(cosine) ? cosine : undefined,
        worst: close.worst,
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
 * Compares an answer with the correct one. Ignores outputs that the correct answer does not have.
 *
 * @param checks - The checks by the names of outputs. {@link defaultCheck} is used for the others, and if {@link checkFor} says so.
 */
export const compareTensors = (
  expected: readonly NamedTensor[],
  answered: readonly NamedTensor[],
  checks: Readonly<Record<string, ResolvedCheck>> = {},
): ComparedTensors => {
  const outputs = expected.map((tensor): ComparedOutput => {
    const { name, datatype } = tensor;
    const check = checkFor(checks[name] ?? defaultCheck(datatype), tensor);
    const output = answered.find((candidate) => candidate.name === name);
    const wrong = problemOf(tensor, output);
    return {
      output: name,
      check: check.check,
      ...(output === undefined || wrong !== undefined
        ? { passed: false, wrong }
        : compareValues(tensor, output, check)),
    };
  });
  return { passed: outputs.every(({ passed }) => passed), outputs };
};
