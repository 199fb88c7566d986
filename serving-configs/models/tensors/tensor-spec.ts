/** The named inputs and outputs of models, and the formats of their files. */
import {
  array,
  literal,
  number,
  object,
  oneOf,
  optional,
  string,
  type Static,
} from '../../schema.ts';

/**
 * The datatypes of tensors by their names in the Open Inference Protocol, version 2, with the bytes per value, ONNX Runtime's name, and
 * the number in TensorFlow's enumeration `DataType`.
 */
export const DATATYPES = {
  FP32: { bytes: 4, onnx: 'float32', tensorflow: 1 },
  FP16: { bytes: 2, onnx: 'float16', tensorflow: 19 },
  INT64: { bytes: 8, onnx: 'int64', tensorflow: 9 },
  INT32: { bytes: 4, onnx: 'int32', tensorflow: 3 },
  UINT8: { bytes: 1, onnx: 'uint8', tensorflow: 4 },
  BOOL: { bytes: 1, onnx: 'bool', tensorflow: 10 },
} as const satisfies Readonly<
  Record<string, { readonly bytes: number; readonly onnx: string; readonly tensorflow: number }>
>;
export type Datatype = keyof typeof DATATYPES;

/** The datatype with a number of TensorFlow's `DataType`; undefined if we do not support it. */
export const datatypeOfTensorFlow = (enumerated: number): Datatype | undefined =>
  (Object.keys(DATATYPES) as Datatype[]).find((type) => DATATYPES[type].tensorflow === enumerated);

export const isDatatype = (name: unknown): name is Datatype =>
  typeof name === 'string' && Object.hasOwn(DATATYPES, name);

/** The limit for all inputs of a request to a user's model, and for all outputs of an answer. */
export const MAX_TENSOR_BYTES = 64 * 2 ** 20;

/** The limit for a body with these tensors: as JSON, a byte takes up to seven characters. */
export const MAX_TENSOR_BODY_BYTES = 8 * MAX_TENSOR_BYTES;

/** The formats of a model besides ONNX: a TorchScript file, or the folder of a SavedModel. */
export const OTHER_FORMATS = ['torchscript', 'savedmodel'] as const;
export type OtherFormat = (typeof OTHER_FORMATS)[number];
export const FORMATS = ['onnx', ...OTHER_FORMATS] as const;
export type ModelFormat = (typeof FORMATS)[number];

export const tensorSpecSchema = object(
  {
    name: string(),
    datatype: oneOf(Object.keys(DATATYPES) as readonly Datatype[]),
    shape: array(number(), '-1 stands for an open dimension.'),
    isRankOpen: optional(
      literal(
        true,
        'Whether the model leaves even the number of dimensions open. The shape is then empty, like that of a scalar.',
      ),
    ),
  },
  'An input or output of a model.',
);
export interface TensorSpec extends Static<typeof tensorSpecSchema> {}

/** The inputs and outputs of a model. */
export interface TensorsOfModel {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** The number of values in a tensor of a shape. */
export const sizeOfShape = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** The number of values in all of several tensors. */
export const sizeOfTensors = (specs: readonly Pick<TensorSpec, 'shape'>[]): number =>
  specs.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0);

/** Whether a shape fits that of a model's tensor, which may have open dimensions. */
export const fitsShape = (
  shape: readonly number[],
  { shape: wanted, isRankOpen }: Pick<TensorSpec, 'shape' | 'isRankOpen'>,
): boolean =>
  isRankOpen === true ||
  (shape.length === wanted.length &&
    shape.every((size, axis) => wanted[axis] === -1 || wanted[axis] === size));
