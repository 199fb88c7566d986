import path from 'node:path';
import protobuf from 'protobufjs';

/** A graph with one input and one output, both 32-bit floats. */
export interface OnnxGraph {
  readonly name: string;
  readonly input: OnnxTensorInfo;
  readonly output: OnnxTensorInfo;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly metadata: Readonly<Record<string, string>>;
}

const IR_VERSION = 8;
const OPSET_VERSION = 17;

/** Encodes a graph as an ONNX file. */
export const encodeOnnx = (graph: OnnxGraph): Uint8Array => {
  const type = modelMessage();
  return type
    .encode(
      type.fromObject({
        irVersion: IR_VERSION,
        producerName: 'serving-compare',
        opsetImport: [{ domain: '', version: OPSET_VERSION }],
        metadataProps: entryMessages(graph.metadata),
        graph: {
          name: graph.name,
          node: graph.nodes.map(nodeMessage),
          initializer: graph.constants.map(constantMessage),
          input: [tensorInfoMessage(graph.input)],
          output: [tensorInfoMessage(graph.output)],
        },
      }),
    )
    .finish();
};

let modelType: protobuf.Type | undefined;

/** The message type of an ONNX file, with the fields that are in `onnx.proto`. */
export const modelMessage = (): protobuf.Type => {
  modelType ??= protobuf
    .loadSync(path.join(import.meta.dirname, 'onnx.proto'))
    .lookupType('onnx.ModelProto');
  return modelType;
};

/** Codes of the ONNX specification. */
export const ELEMENT = { float32: 1, uint8: 2 } as const;
export const EXTERNAL = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

/** A dimension of a tensor: a fixed size, or the name of an open dimension. */
export type Dimension = number | string;

export interface OnnxNode {
  /** An operator of the default domain, such as `Conv`. */
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Integers, or lists of them. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A constant of 32-bit floats. Its values are in the graph, or in a file beside it. */
export type OnnxConstant = { readonly name: string; readonly shape: readonly number[] } & (
  | { readonly values: Float32Array }
  | { readonly file: string; readonly offsetBytes: number }
);

export interface OnnxTensorInfo {
  readonly name: string;
  readonly shape: readonly Dimension[];
}

const entryMessages = (record: Readonly<Record<string, string>>) =>
  Object.entries(record).map(([key, value]) => ({ key, value }));

export const tensorInfoMessage = ({ name, shape }: OnnxTensorInfo) => ({
  name,
  type: {
    tensorType: {
      elemType: ELEMENT.float32,
      shape: {
        dim: shape.map((size) =>
          typeof size === 'number' ? { dimValue: size } : { dimParam: size },
        ),
      },
    },
  },
});

/** The format requires little-endian values, which is their order in memory on every machine that Node supports. */
export const constantMessage = (tensor: OnnxConstant) => {
  const head = { name: tensor.name, dims: [...tensor.shape], dataType: ELEMENT.float32 };
  if ('values' in tensor) {
    const { buffer, byteOffset, byteLength } = tensor.values;
    return { ...head, rawData: new Uint8Array(buffer, byteOffset, byteLength) };
  }
  const lengthBytes = 4 * tensor.shape.reduce((product, size) => product * size, 1);
  return {
    ...head,
    dataLocation: EXTERNAL,
    externalData: entryMessages({
      location: tensor.file,
      offset: String(tensor.offsetBytes),
      length: String(lengthBytes),
    }),
  };
};

export const nodeMessage = ({ op, inputs, output, attributes = {} }: OnnxNode) => ({
  opType: op,
  name: output,
  input: [...inputs],
  output: [output],
  attribute: Object.entries(attributes).map(([name, value]) =>
    typeof value === 'number'
      ? { name, type: ATTRIBUTE_INT, i: value }
      : { name, type: ATTRIBUTE_INTS, ints: [...value] },
  ),
});
