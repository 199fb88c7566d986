import {
  constantMessage,
  entryMessages,
  modelMessage,
  nodeMessage,
  tensorInfoMessage,
  type OnnxConstant,
  type OnnxNode,
  type OnnxTensorInfo,
} from './messages.ts';

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

/** The bytes of an ONNX file (operator set 17). */
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

/**
 * Reads an ONNX file as plain JSON, big numbers and bytes left out of the reading; for tests and inspection.
 * @throws Error where the bytes are no protobuf message.
 */
export const inspectOnnx = (bytes: Uint8Array): Record<string, unknown> => {
  const type = modelMessage();
  return type.toObject(type.decode(bytes), { longs: Number, bytes: Array });
};
