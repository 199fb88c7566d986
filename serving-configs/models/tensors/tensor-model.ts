/** A user's model with named inputs and outputs: what a program needs to know to serve it, or to talk to its server. */
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
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ImageInput } from '../input/image-input.ts';

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

/**
 * A user's model. The runner writes this to a file, and every program that serves the model or talks to its server reads the file.
 */
export interface TensorModel {
  /** The name of the model in URLs: lowercase letters, digits, `-` and `_`. */
  readonly name: string;
  /** Absolute path of the ONNX file. */
  readonly file: string;
  /** Absolute paths of the same model in other formats. */
  readonly otherFormats?: Readonly<Partial<Record<OtherFormat, string>>>;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** How an image becomes the only input; absent if the model takes no images. */
  readonly image?: ImageInput;
  /**
   * Absolute paths of a request with the first inputs of the run and of the correct answer, both in the `binary` encoding of
   * {@link writeTensors}. Servers warm up with the request; engines without a model answer with the answer.
   */
  readonly example: { readonly request: string; readonly answer: string };
}

/**
 * Reads the file of a user's model. Paths in it may be relative to the file.
 *
 * @throws Error if it cannot be read.
 */
export const readTensorModel = (file: string): TensorModel => {
  const model = JSON.parse(readFileSync(file, 'utf8')) as TensorModel;
  const { otherFormats, example } = model;
  const { request, answer } = example;
  const at = (name: string): string => path.resolve(path.dirname(file), name);
  return {
    ...model,
    file: at(model.file),
    ...(otherFormats && {
      otherFormats: Object.fromEntries(
        Object.entries(otherFormats).map(([format, modelPath]) => [format, at(modelPath)]),
      ),
    }),
    example: { request: at(request), answer: at(answer) },
  };
};

/** The formats in which a model is available. */
export const formatsOf = ({
  otherFormats = {},
}: {
  readonly otherFormats?: Readonly<Partial<Record<OtherFormat, unknown>>>;
}): readonly ModelFormat[] =>
  FORMATS.filter((format) => format === 'onnx' || otherFormats[format] !== undefined);

/** The number of values in a tensor of a shape. */
export const sizeOfShape = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** Whether a shape fits that of a model's tensor, which may have open dimensions. */
export const fitsShape = (
  shape: readonly number[],
  { shape: wanted, isRankOpen }: Pick<TensorSpec, 'shape' | 'isRankOpen'>,
): boolean =>
  isRankOpen === true ||
  (shape.length === wanted.length &&
    shape.every((size, axis) => wanted[axis] === -1 || wanted[axis] === size));
