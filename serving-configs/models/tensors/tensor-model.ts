/** What a program must know of a user's model to serve it or to talk to a server that does: named tensors in and out. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ImageInput } from '../input/image-input.ts';

/**
 * Types of a tensor's values, by their names in the Open Inference Protocol, version 2: how many bytes a value has, what ONNX Runtime
 * calls it, and its number in TensorFlow's enumeration `DataType`.
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

/** Of a number of TensorFlow's; undefined where it is another type's. */
export const datatypeOfTensorFlow = (number: number): Datatype | undefined =>
  (Object.keys(DATATYPES) as Datatype[]).find((type) => DATATYPES[type].tensorflow === number);

export const isDatatype = (name: unknown): name is Datatype =>
  typeof name === 'string' && Object.hasOwn(DATATYPES, name);

/** The most that the inputs of a request to a user's model may take, and the outputs of the answer, as bytes. */
export const MAX_TENSOR_BYTES = 64 * 2 ** 20;

/** The most that those take on the way: as text, each byte takes up to seven. */
export const MAX_TENSOR_BODY_BYTES = 8 * MAX_TENSOR_BYTES;

/** What a model may come as beside ONNX: a file of TorchScript, or the folder of a SavedModel. */
export const OTHER_FORMATS = ['torchscript', 'savedmodel'] as const;
export type OtherFormat = (typeof OTHER_FORMATS)[number];
export const FORMATS = ['onnx', ...OTHER_FORMATS] as const;
export type ModelFormat = (typeof FORMATS)[number];

/** One input or output of a model. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  /** -1 stands for a dimension that the model leaves open. */
  readonly shape: readonly number[];
}

/**
 * A model that takes named tensors and answers named tensors. The runner writes it to a file, and every program that serves the
 * model or talks to it reads that file.
 */
export interface TensorModel {
  /** In the URLs of servers: lowercase letters, digits, `-` and `_`. */
  readonly name: string;
  /** Absolute path of the ONNX file. */
  readonly file: string;
  /** Absolute paths of the same model in other formats. */
  readonly others?: Readonly<Partial<Record<OtherFormat, string>>>;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** How an image becomes its one input; absent where none does. */
  readonly image?: ImageInput;
  /**
   * Absolute path of a request with the first of the run's inputs, and of the right answer to it, both as {@link writeTensors} gives
   * them in `binary`. Servers warm up with the request; those that compute nothing give the answer.
   */
  readonly example: { readonly request: string; readonly answer: string };
}

/**
 * Reads the file, in which paths may be relative to it.
 *
 * @throws Error where it cannot be read.
 */
export const readTensorModel = (file: string): TensorModel => {
  const model = JSON.parse(readFileSync(file, 'utf8')) as TensorModel;
  const { others, example } = model;
  const { request, answer } = example;
  const at = (name: string): string => path.resolve(path.dirname(file), name);
  return {
    ...model,
    file: at(model.file),
    ...(others && {
      others: Object.fromEntries(Object.entries(others).map(([one, place]) => [one, at(place)])),
    }),
    example: { request: at(request), answer: at(answer) },
  };
};

/** What a model comes as. */
export const formatsOf = ({
  others = {},
}: {
  readonly others?: Readonly<Partial<Record<OtherFormat, unknown>>>;
}): readonly ModelFormat[] =>
  FORMATS.filter((format) => format === 'onnx' || others[format] !== undefined);

/** The number of values in a tensor of that shape. */
export const sizeOfShape = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** Whether a tensor of that shape fits a model's tensor. */
export const fitsShape = (shape: readonly number[], wanted: readonly number[]): boolean =>
  shape.length === wanted.length &&
  shape.every((size, axis) => wanted[axis] === -1 || wanted[axis] === size);
