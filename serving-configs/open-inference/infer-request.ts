import { sizeOfShape } from '../wire.ts';
import { TensorNode, type WireJson, type WireJsonObject } from '../wire-json.ts';

/** A tensor as the JSON of a request describes it. What is missing, or of another type, is empty. */
export interface DescribedTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  /** How many bytes behind the JSON are its own; undefined where it does not say so. */
  readonly binarySize: number | undefined;
  /** Its values, where they are in the JSON. */
  readonly data: WireJson | undefined;
}

export interface DescribedRequest {
  /** Empty where there is none. */
  readonly id: string;
  readonly inputs: readonly DescribedTensor[];
  /** Names of the outputs that are asked for; none for all of them. */
  readonly outputs: readonly string[];
}

const isObject = (value: WireJson | undefined): value is WireJsonObject => value instanceof Map;
const listOf = (value: WireJson | undefined): readonly WireJson[] =>
  Array.isArray(value) ? (value as readonly WireJson[]) : [];
const textOf = (value: WireJson | undefined): string => (typeof value === 'string' ? value : '');

const describeTensor = (tensor: WireJsonObject): DescribedTensor => {
  const shape = tensor.get('shape');
  const parameters = tensor.get('parameters');
  const size = isObject(parameters) ? parameters.get('binary_data_size') : undefined;
  return {
    name: textOf(tensor.get('name')),
    datatype: textOf(tensor.get('datatype')),
    shape: shape instanceof TensorNode ? Array.from(shape.tensor.values) : [],
    binarySize: typeof size === 'number' ? size : undefined,
    data: tensor.get('data'),
  };
};

/** What the JSON of an inference request says, nothing of it checked. */
export const describeRequest = (request: WireJsonObject): DescribedRequest => ({
  id: textOf(request.get('id')),
  inputs: listOf(request.get('inputs'))
    .filter((item) => isObject(item))
    .map((item) => describeTensor(item)),
  outputs: listOf(request.get('outputs')).map((item) =>
    isObject(item) ? textOf(item.get('name')) : '',
  ),
});

/**
 * The numbers of a tensor whose values are in the JSON, as one flat list or nested as its shape is.
 * @returns `no-numbers` where it is no list of numbers, `other-shape` where they are too many, too few, or nested
 * otherwise.
 */
export const numbersIn = (
  data: WireJson | undefined,
  expected: readonly number[],
): Float32Array | 'no-numbers' | 'other-shape' => {
  if (!(data instanceof TensorNode)) return 'no-numbers';
  const { shape, values } = data.tensor;
  const isFlat = shape.length === 1 && values.length === sizeOfShape(expected);
  return isFlat || shape.join() === expected.join() ? values : 'other-shape';
};
