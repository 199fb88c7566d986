import path from 'node:path';
import protobuf from 'protobufjs';

/** A dimension of a tensor: a fixed size, or a name for one that differs from call to call. */
export type Dimension = number | string;

export interface OnnxNode {
  /** Operator of the default domain, e.g. `Conv`. */
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Whole numbers, or lists of them. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A constant of 32-bit floats: small ones lie in the graph, big ones in a file beside it. */
export type OnnxConstant = { readonly name: string; readonly shape: readonly number[] } & (
  | { readonly values: Float32Array }
  | { readonly file: string; readonly offsetBytes: number }
);

export interface OnnxTensorInfo {
  readonly name: string;
  readonly shape: readonly Dimension[];
}

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
const FLOAT = 1;
const EXTERNAL = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

let modelType: protobuf.Type | undefined;
const modelMessage = (): protobuf.Type => {
  modelType ??= protobuf
    .loadSync(path.join(import.meta.dirname, 'onnx.proto'))
    .lookupType('onnx.ModelProto');
  return modelType;
};

const entries = (record: Readonly<Record<string, string>>) =>
  Object.entries(record).map(([key, value]) => ({ key, value }));

const tensorInfo = ({ name, shape }: OnnxTensorInfo) => ({
  name,
  type: {
    tensorType: {
      elemType: FLOAT,
      shape: {
        dim: shape.map((size) =>
          typeof size === 'number' ? { dimValue: size } : { dimParam: size },
        ),
      },
    },
  },
});

const constant = (tensor: OnnxConstant) => {
  const head = { name: tensor.name, dims: [...tensor.shape], dataType: FLOAT };
  if ('values' in tensor) {
    const { buffer, byteOffset, byteLength } = tensor.values;
    return { ...head, rawData: new Uint8Array(buffer, byteOffset, byteLength) };
  }
  const lengthBytes = 4 * tensor.shape.reduce((product, size) => product * size, 1);
  return {
    ...head,
    dataLocation: EXTERNAL,
    externalData: entries({
      location: tensor.file,
      offset: String(tensor.offsetBytes),
      length: String(lengthBytes),
    }),
  };
};

const node = ({ op, inputs, output, attributes = {} }: OnnxNode) => ({
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

/**
 * The bytes of an ONNX file (operator set 17). Values are written little-endian, as the format demands and as every
 * machine that Node runs on holds them.
 */
export const encodeOnnx = (graph: OnnxGraph): Uint8Array => {
  const type = modelMessage();
  return type
    .encode(
      type.fromObject({
        irVersion: IR_VERSION,
        producerName: 'serving-compare',
        opsetImport: [{ domain: '', version: OPSET_VERSION }],
        metadataProps: entries(graph.metadata),
        graph: {
          name: graph.name,
          node: graph.nodes.map(node),
          initializer: graph.constants.map(constant),
          input: [tensorInfo(graph.input)],
          output: [tensorInfo(graph.output)],
        },
      }),
    )
    .finish();
};

/**
 * Reads an ONNX file as plain JSON, big numbers and bytes left out of the reading; for tests and inspection.
 * @throws Error where the bytes are no protobuf message.
 */
export const inspectOnnx = (bytes: Uint8Array): Record<string, unknown> => {
  const type = modelMessage();
  return type.toObject(type.decode(bytes), { longs: Number, bytes: Array });
};
