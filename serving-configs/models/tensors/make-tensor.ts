/** Creates tensors from numbers, random values and zeros. */
import { createUniformStream } from '../random.ts';
import { toHalf } from './half.ts';
import { UnreadableTensors, valuesOf, type NamedTensor } from './tensor-body.ts';
import { DATATYPES, sizeOfShape, type Datatype, type TensorSpec } from './tensor-spec.ts';

/** A tensor without its values. */
export type TensorFacts = Pick<NamedTensor, 'name' | 'datatype' | 'shape'>;

export const isWhole = (datatype: Datatype): boolean => datatype !== 'FP32' && datatype !== 'FP16';

/** The type and shape of a tensor as text: `FP32 [1, 3, -1, -1]`. */
export const describeTensor = ({ datatype, shape }: Omit<TensorSpec, 'name'>): string =>
  `${datatype} [${shape.join(', ')}]`;

/** The smallest numbers that are rounded to infinity. */
const BEYOND_HALF = 65_520;
const BEYOND_SINGLE = 2 ** 128 - 2 ** 103;

export const zeroTensor = ({ name, datatype, shape }: TensorFacts): NamedTensor => ({
  name,
  datatype,
  shape,
  bytes: new Uint8Array(sizeOfShape(shape) * DATATYPES[datatype].bytes),
});

/**
 * Creates a tensor.
 * @param valueAt - Returns the value at a flat position.
 * @throws UnreadableTensors if the datatype cannot represent a value.
 */
export const tensorOf = (facts: TensorFacts, valueAt: (at: number) => number): NamedTensor => {
  const tensor = zeroTensor(facts);
  const { name, datatype, shape } = tensor;
  const count = sizeOfShape(shape);
  const values = valuesOf(tensor);
  const refuse = (value: number): never => {
    throw new UnreadableTensors(`tensor "${name}" is ${datatype} and cannot hold ${value}`);
  };
  const beyond = datatype === 'FP16' ? BEYOND_HALF : BEYOND_SINGLE;
  for (let at = 0; at < count; at += 1) {
    const value = valueAt(at);
    if (values instanceof BigInt64Array) {
      values[at] = Number.isSafeInteger(value) ? BigInt(value) : refuse(value);
    } else if (isWhole(datatype)) {
      values[at] = value;
      if (values[at] !== value || (datatype === 'BOOL' && value > 1)) refuse(value);
    } else {
      values[at] = datatype === 'FP16' ? toHalf(value) : value;
      if (!(Math.abs(value) < beyond)) refuse(value);
    }
  }
  return tensor;
};

/** The default range of random values, from the first number (inclusive) to the second (exclusive). */
export const defaultRange = (datatype: Datatype): readonly [number, number] => {
  if (!isWhole(datatype)) return [0, 1];
  if (datatype === 'BOOL') return [0, 2];
  return datatype === 'UINT8' ? [0, 256] : [0, 100];
};

/** Creates a function that draws tensors of uniformly distributed values. A seed gives the same tensors on every machine. */
export const createTensorSource = (
  seed: number,
): ((facts: TensorFacts, range: readonly [number, number]) => NamedTensor) => {
  const nextUniform = createUniformStream(seed);
  return (facts, [from, below]) => {
    const draw = (): number => from + nextUniform() * (below - from);
    return tensorOf(facts, isWhole(facts.datatype) ? () => Math.floor(draw()) : draw);
  };
};
