import {
  modelMessage,
  nodeMessage,
  type OnnxNode,
} from '../../serving-configs/models/onnx/messages.ts';

/** Type codes of the ONNX specification. */
const ELEMENTS = {
  FP32: 1,
  UINT8: 2,
  INT32: 6,
  INT64: 7,
  STRING: 8,
  BOOL: 9,
  FP16: 10,
  FP64: 11,
} as const;
type Element = keyof typeof ELEMENTS;

interface Tensor {
  readonly name: string;
  readonly type: Element;
  /** A name is an open dimension; '' has no name. `any`: even the number of dimensions is open. */
  readonly shape: readonly (number | string)[] | 'any';
}

interface Model {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly nodes: readonly OnnxNode[];
  /** 32-bit floats in another file beside the model. */
  readonly outside?: { readonly name: string; readonly length: number; readonly file: string };
}

const infoMessage = ({ name, type, shape }: Tensor) => ({
  name,
  type: {
    tensorType: {
      elemType: ELEMENTS[type],
      ...(shape !== 'any' && {
        shape: {
          dim: shape.map((size) =>
            typeof size === 'number' ? { dimValue: size } : { dimParam: size },
          ),
        },
      }),
    },
  },
});

/** Creates an ONNX file with named inputs and outputs (operator set 17). */
export const onnxModel = ({ inputs, outputs, nodes, outside }: Model): Uint8Array => {
  const type = modelMessage();
  const initializer =
    outside === undefined
      ? []
      : [
          {
            name: outside.name,
            dims: [outside.length],
            dataType: ELEMENTS.FP32,
            dataLocation: 1,
            externalData: [{ key: 'location', value: outside.file }],
          },
        ];
  return type
    .encode(
      type.fromObject({
        irVersion: 8,
        opsetImport: [{ domain: '', version: 17 }],
        graph: {
          name: 'test',
          node: nodes.map(nodeMessage),
          initializer,
          input: inputs.map(infoMessage),
          output: outputs.map(infoMessage),
        },
      }),
    )
    .finish();
};

const cast = (from: string, to: Element, output: string): OnnxNode => ({
  op: 'Cast',
  inputs: [from],
  output,
  attributes: { to: ELEMENTS[to] },
});

/** From `ids` (INT64) and `weights` (FP32), both [batch, 3], computes `sum` (FP32) = ids + weights and `twice` (INT64) = ids + ids. */
export const twoByTwoModel = (): Uint8Array =>
  onnxModel({
    inputs: [
      { name: 'ids', type: 'INT64', shape: ['batch', 3] },
      { name: 'weights', type: 'FP32', shape: ['batch', 3] },
    ],
    outputs: [
      { name: 'sum', type: 'FP32', shape: ['batch', 3] },
      { name: 'twice', type: 'INT64', shape: ['batch', 3] },
    ],
    nodes: [
      cast('ids', 'FP32', 'floats'),
      { op: 'Add', inputs: ['floats', 'weights'], output: 'sum' },
      { op: 'Add', inputs: ['ids', 'ids'], output: 'twice' },
    ],
  });

/**
 * With the inputs of a language model: from `input_ids` (INT64) and `attention_mask` (FP16), both [batch, sequence], computes `masked`
 * (FP16), their product.
 */
export const maskedModel = (): Uint8Array =>
  onnxModel({
    inputs: [
      { name: 'input_ids', type: 'INT64', shape: ['batch', 'sequence'] },
      { name: 'attention_mask', type: 'FP16', shape: ['batch', 'sequence'] },
    ],
    outputs: [{ name: 'masked', type: 'FP16', shape: ['batch', 'sequence'] }],
    nodes: [
      cast('input_ids', 'FP16', 'ids'),
      { op: 'Mul', inputs: ['ids', 'attention_mask'], output: 'masked' },
    ],
  });

/** Takes one input [batch] of each type, named like the type in lower case, and returns it as `same_…`. */
export const sameModel = (types: readonly Element[]): Uint8Array =>
  onnxModel({
    inputs: types.map((type) => ({ name: type.toLowerCase(), type, shape: ['batch'] })),
    outputs: types.map((type) => ({
      name: `same_${type.toLowerCase()}`,
      type,
      shape: ['batch'],
    })),
    nodes: types.map((type) => ({
      op: 'Identity',
      inputs: [type.toLowerCase()],
      output: `same_${type.toLowerCase()}`,
    })),
  });

const integers = (output: string, ints: readonly number[]): OnnxNode => ({
  op: 'Constant',
  inputs: [],
  output,
  attributes: { value_ints: ints },
});

/**
 * With the tensors of a detector of objects: from `images` (FP32 [1, 3, 640, 640], 4.7 MiB), makes `boxes` (FP32 [1, 25200, 85],
 * 8.2 MiB), its values in the same order, almost twice.
 */
export const detectorModel = (): Uint8Array =>
  onnxModel({
    inputs: [{ name: 'images', type: 'FP32', shape: [1, 3, 640, 640] }],
    outputs: [{ name: 'boxes', type: 'FP32', shape: [1, 25_200, 85] }],
    nodes: [
      { op: 'Flatten', inputs: ['images'], output: 'flat', attributes: { axis: 1 } },
      { op: 'Concat', inputs: ['flat', 'flat'], output: 'twice', attributes: { axis: 1 } },
      integers('starts', [0]),
      integers('ends', [25_200 * 85]),
      integers('axes', [1]),
      { op: 'Slice', inputs: ['twice', 'starts', 'ends', 'axes'], output: 'values' },
      integers('shape', [1, 25_200, 85]),
      { op: 'Reshape', inputs: ['values', 'shape'], output: 'boxes' },
    ],
  });

/**
 * Computes `y` from `x` (FP32 [2]) with one operator. `Log` gives NaN for negative numbers, `RandomNormalLike` other numbers each time;
 * `Nonsense` does not exist.
 */
export const oneOperatorModel = (op: string, shape: Tensor['shape'] = [2]): Uint8Array =>
  onnxModel({
    inputs: [{ name: 'x', type: 'FP32', shape }],
    outputs: [{ name: 'y', type: 'FP32', shape }],
    nodes: [{ op, inputs: ['x'], output: 'y' }],
  });

/** Computes `y` (INT64 [n, 1]), the indices of the values of `x` (FP32 [2]) that are not zero. */
export const nonZeroModel = (): Uint8Array =>
  onnxModel({
    inputs: [{ name: 'x', type: 'FP32', shape: [2] }],
    outputs: [{ name: 'y', type: 'INT64', shape: ['n', 1] }],
    nodes: [
      { op: 'NonZero', inputs: ['x'], output: 'row' },
      { op: 'Transpose', inputs: ['row'], output: 'y' },
    ],
  });

/** Computes `y` = x + weights from `x` (FP32). The weights are in another file. */
export const outsideModel = (file: string, length = 2): Uint8Array =>
  onnxModel({
    inputs: [{ name: 'x', type: 'FP32', shape: [length] }],
    outputs: [{ name: 'y', type: 'FP32', shape: [length] }],
    nodes: [{ op: 'Add', inputs: ['x', 'weights'], output: 'y' }],
    outside: { name: 'weights', length, file },
  });

/** The number of values that {@link longModel} takes and gives. */
export const LONG_LENGTH = 1024;

/** Computes `y` from `x` (FP32 [batch, 1024]) by a chain of products of large matrices, for a second of one core. Equal values of 1/32 give 1/1024. */
export const longModel = (): Uint8Array => {
  const products = Array.from({ length: 12 }, (_, at) => `product${at}`);
  return onnxModel({
    inputs: [{ name: 'x', type: 'FP32', shape: ['batch', LONG_LENGTH] }],
    outputs: [{ name: 'y', type: 'FP32', shape: ['batch', LONG_LENGTH] }],
    nodes: [
      { op: 'Transpose', inputs: ['x'], output: 'column' },
      { op: 'MatMul', inputs: ['column', 'x'], output: 'matrix' },
      ...products.map((output, at) => ({
        op: 'MatMul',
        inputs: [products[at - 1] ?? 'matrix', 'matrix'],
        output,
      })),
      {
        op: 'ReduceMean',
        inputs: [products.at(-1) ?? ''],
        output: 'y',
        attributes: { axes: [0] },
      },
    ],
  });
};
