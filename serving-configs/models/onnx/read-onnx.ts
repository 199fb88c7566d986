import { readFile } from 'node:fs/promises';
import path from 'node:path';
import protobuf from 'protobufjs';
import { CLASS_COUNT } from '../labels.ts';
import {
  type Dimension,
  ELEMENT,
  EXTERNAL,
  modelMessage,
  type OnnxTensorInfo,
} from './messages.ts';

/** Says that a file cannot be used as the ONNX model of a classifier. The message names the file and what is wrong. */
export class UnusableOnnx extends Error {
  override readonly name = 'UnusableOnnx';
}

/** 64-bit numbers come as objects. */
type Int64 = number | { toNumber(): number };

interface Entry {
  readonly key: string;
  readonly value: string;
}

export interface TensorMessage {
  name: string;
  dims: Int64[];
  rawData: Uint8Array;
  dataLocation: number;
  externalData: Entry[];
}

export interface NodeMessage {
  readonly opType: string;
  input: string[];
  output: string[];
  readonly attribute: readonly { readonly type: number }[];
}

interface TensorInfoMessage {
  name: string;
  readonly type?: {
    readonly tensorType?: {
      readonly elemType: number;
      readonly shape?: {
        readonly dim: readonly { readonly dimValue: Int64; readonly dimParam: string }[];
      };
    };
  };
}

/** A decoded file. What is not in `onnx.proto` is carried along. */
interface ModelMessage {
  readonly opsetImport: readonly { readonly domain: string; readonly version: Int64 }[];
  readonly graph?: {
    node: NodeMessage[];
    initializer: TensorMessage[];
    input: object[];
    output: object[];
    valueInfo: object[];
  } | null;
}

/** A classifier that holds its weights itself and takes an image with its channels first. */
export interface OnnxClassifier {
  readonly bytes: Uint8Array;
  /** [batch, 3, height, width] */
  readonly input: OnnxTensorInfo;
  /** [batch, classes] logits */
  readonly output: OnnxTensorInfo;
}

/** Multiplication of differently shaped tensors has its present meaning since then. */
const LEAST_OPSET = 7;
const GRAPH_ATTRIBUTES = new Set([5, 10]);

export const decodeOnnx = (bytes: Uint8Array): ModelMessage => {
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = false;
  return modelMessage().decode(reader) as unknown as ModelMessage;
};

const toNumber = (value: Int64): number => (typeof value === 'number' ? value : value.toNumber());

const infoOf = ({ name, type }: TensorInfoMessage): OnnxTensorInfo & { elemType: number } => {
  const tensor = type?.tensorType;
  const shape = (tensor?.shape?.dim ?? []).map(({ dimValue, dimParam }, axis): Dimension => {
    const size = toNumber(dimValue);
    return size > 0 ? size : dimParam || `axis${axis}`;
  });
  return { name, shape, elemType: tensor?.elemType ?? 0 };
};

/** What ONNX calls the types of values: the numbers of `TensorProto.DataType` from 1 on. */
const TYPES = 'float32 uint8 int8 uint16 int16 int32 int64 string bool float16 float64'.split(' ');

const describe = (infos: readonly (OnnxTensorInfo & { elemType: number })[]): string =>
  infos
    .map(({ name, shape, elemType }) => {
      const type = TYPES[elemType - 1] ?? `type ${elemType}`;
      return `${name}: ${type} [${shape.join(', ')}]`;
    })
    .join('; ') || 'nothing';

/** Where the values of a tensor lie beside the file; the keys are those of onnx.proto3, `external_data`. */
const externalPlace = ({ name, externalData }: TensorMessage, file: string) => {
  const facts = new Map(externalData.map(({ key, value }) => [key, value]));
  const location = facts.get('location') ?? '';
  const folder = path.dirname(file);
  const place = path.resolve(folder, location);
  if (
    location === '' ||
    path.isAbsolute(location) ||
    path.relative(folder, place).startsWith('..')
  ) {
    throw new UnusableOnnx(
      `${file} keeps "${name}" in "${location}", which does not lie beside it`,
    );
  }
  const offset = Number(facts.get('offset') ?? 0);
  const length = facts.has('length') ? Number(facts.get('length')) : undefined;
  return { place, offset, length };
};

/** Takes the values that lie in other files into the graph. */
const takeIn = async (tensors: readonly TensorMessage[], file: string): Promise<void> => {
  const contents = new Map<string, Buffer>();
  for (const tensor of tensors) {
    if (tensor.dataLocation !== EXTERNAL) continue;
    const { place, offset, length } = externalPlace(tensor, file);
    let content = contents.get(place);
    if (content === undefined) {
      content = await readFile(place).catch((error: unknown) => {
        throw new UnusableOnnx(`${file} keeps weights in ${place}: ${String(error)}`, {
          cause: error,
        });
      });
      contents.set(place, content);
    }
    const end = offset + (length ?? content.length - offset);
    if (!(offset >= 0 && end >= offset && end <= content.length)) {
      throw new UnusableOnnx(`${place} is cut off: "${tensor.name}" should end at byte ${end}`);
    }
    tensor.rawData = content.subarray(offset, end);
    tensor.dataLocation = 0;
    tensor.externalData = [];
  }
};

type MessageWithGraph = ModelMessage & { readonly graph: NonNullable<ModelMessage['graph']> };

const hasGraph = (message: ModelMessage): message is MessageWithGraph =>
  message.graph != null && message.graph.node.length > 0;

/**
 * Reads an ONNX file, whatever its network is.
 * @throws UnusableOnnx where it cannot be read or has no graph.
 */
export const readOnnxMessage = async (file: string): Promise<MessageWithGraph> => {
  let message: ModelMessage;
  try {
    message = decodeOnnx(await readFile(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UnusableOnnx(`${file} cannot be read as an ONNX model: ${why}`, { cause: error });
  }
  if (!hasGraph(message)) {
    throw new UnusableOnnx(`${file} is not an ONNX model: it has no graph`);
  }
  // As it is: a copy would lose the fields that we do not know of.
  return message;
};

/**
 * The files beside an ONNX file in which its weights lie, by name; none where it holds them itself.
 * @throws UnusableOnnx where it cannot be read.
 */
export const externalFilesOf = async (file: string): Promise<readonly string[]> => {
  const { initializer } = (await readOnnxMessage(file)).graph;
  const places = initializer
    .filter(({ dataLocation }) => dataLocation === EXTERNAL)
    .map((tensor) => externalPlace(tensor, file).place);
  return [...new Set(places)].toSorted();
};

/**
 * Reads an ONNX file of a classifier.
 * @throws UnusableOnnx where it cannot be read or is none with one input float32 [N, 3, height, width] and one output
 *   float32 of [N, classes].
 */
export const readClassifierMessage = async (file: string) => {
  const message = await readOnnxMessage(file);
  const { graph } = message;
  // Files of old list their constants among the inputs.
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const inputs = (graph.input as TensorInfoMessage[])
    .filter(({ name }) => !constants.has(name))
    .map(infoOf);
  const outputs = (graph.output as TensorInfoMessage[]).map(infoOf);
  const [input] = inputs;
  const [output] = outputs;
  const isImage =
    input?.elemType === ELEMENT.float32 && input.shape.length === 4 && input.shape[1] === 3;
  if (!isImage || inputs.length !== 1) {
    throw new UnusableOnnx(
      `${file} takes ${describe(inputs)}; it should take one float32 [N, 3, height, width]`,
    );
  }
  const isScores = output?.elemType === ELEMENT.float32 && output.shape.at(-1) === CLASS_COUNT;
  if (!isScores || outputs.length !== 1) {
    throw new UnusableOnnx(
      `${file} gives ${describe(outputs)}; it should give one float32 [N, ${CLASS_COUNT}]`,
    );
  }
  return { message, input, output };
};

/**
 * The same with the weights that lie in files beside it.
 * @throws UnusableOnnx where it is no classifier, or we cannot change it.
 */
export const readOnnx = async (file: string): Promise<OnnxClassifier> => {
  const { message, input, output } = await readClassifierMessage(file);
  const { graph, opsetImport } = message;
  const opset = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (opset === undefined || toNumber(opset.version) < LEAST_OPSET) {
    throw new UnusableOnnx(`${file} uses no ONNX operator set of version ${LEAST_OPSET} or newer`);
  }
  if (
    graph.node.some(({ attribute }) => attribute.some(({ type }) => GRAPH_ATTRIBUTES.has(type)))
  ) {
    throw new UnusableOnnx(`${file} has nested graphs, which are not supported`);
  }
  await takeIn(graph.initializer, file);
  return { bytes: modelMessage().encode(message).finish(), input, output };
};
