import { readFile } from 'node:fs/promises';
import path from 'node:path';
import protobuf from 'protobufjs';
import { messageOf } from '../../options/usage-error.ts';
import { damageOfOnnx } from './damaged-files.ts';
import {
  type Dimension,
  ELEMENT,
  EXTERNAL,
  modelMessage,
  type OnnxTensorInfo,
} from './messages.ts';

/** Why an ONNX file cannot be used. */
export type OnnxProblem =
  | 'unreadable'
  | 'no-graph'
  | 'wrong-input'
  | 'wrong-output'
  | 'old-opset'
  | 'nested-graphs'
  | 'weights-elsewhere'
  | 'weights-missing'
  | 'weights-cut-off';

/** The file is not a usable ONNX model. The message names the file and the problem. */
export class UnusableOnnx extends Error {
  override readonly name = 'UnusableOnnx';
  readonly problem: OnnxProblem;

  constructor(problem: OnnxProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** protobufjs decodes 64-bit numbers as objects. */
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

/** A decoded file. Fields that are not in `onnx.proto` are kept unread. */
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

/** A classifier in one file, including its weights. */
export interface OnnxClassifier {
  readonly bytes: Uint8Array;
  /** [batch, 3, height, width] */
  readonly input: OnnxTensorInfo;
  /** Logits [batch, classes] */
  readonly output: OnnxTensorInfo;
}

/** The first opset in which operators such as Mul broadcast as they do today. */
const MIN_OPSET = 7;
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

/** The names of the types in `TensorProto.DataType`, from number 1. */
const TYPES = 'float32 uint8 int8 uint16 int16 int32 int64 string bool float16 float64'.split(' ');

const describe = (infos: readonly (OnnxTensorInfo & { elemType: number })[]): string =>
  infos
    .map(({ name, shape, elemType }) => {
      const type = TYPES[elemType - 1] ?? `type ${elemType}`;
      return `${name}: ${type} [${shape.join(', ')}]`;
    })
    .join('; ') || 'nothing';

/** The bytes of another file that hold a tensor's values. The keys come from `external_data` in onnx.proto3. */
const externalRange = ({ name, externalData }: TensorMessage, file: string) => {
  const facts = new Map(externalData.map(({ key, value }) => [key, value]));
  const location = facts.get('location') ?? '';
  const folder = path.dirname(file);
  const filePath = path.resolve(folder, location);
  if (
    location === '' ||
    path.isAbsolute(location) ||
    path.relative(folder, filePath).startsWith('..')
  ) {
    throw new UnusableOnnx(
      'weights-elsewhere',
      `${file} keeps "${name}" in "${location}", which does not lie beside it`,
    );
  }
  const offset = Number(facts.get('offset') ?? 0);
  const length = facts.has('length') ? Number(facts.get('length')) : undefined;
  return { filePath, offset, length };
};

/** Moves values from other files into the graph. */
const loadExternalValues = async (
  tensors: readonly TensorMessage[],
  file: string,
): Promise<void> => {
  const contents = new Map<string, Buffer>();
  for (const tensor of tensors) {
    if (tensor.dataLocation !== EXTERNAL) continue;
    const { filePath, offset, length } = externalRange(tensor, file);
    let content = contents.get(filePath);
    if (content === undefined) {
      content = await readFile(filePath).catch((error: unknown) => {
        throw new UnusableOnnx(
          'weights-missing',
          `${file} keeps weights in ${filePath}: ${String(error)}`,
          {
            cause: error,
          },
        );
      });
      contents.set(filePath, content);
    }
    const end = offset + (length ?? content.length - offset);
    if (!(offset >= 0 && end >= offset && end <= content.length)) {
      throw new UnusableOnnx(
        'weights-cut-off',
        `${filePath} is cut off: "${tensor.name}" should end at byte ${end}`,
      );
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
 * Reads an ONNX file of any network.
 * @throws UnusableOnnx if the file cannot be read or has no graph.
 */
export const readOnnxMessage = async (file: string): Promise<MessageWithGraph> => {
  let message: ModelMessage;
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readFile(file);
    message = decodeOnnx(bytes);
  } catch (error) {
    const says =
      bytes === undefined
        ? `cannot be read: ${messageOf(error)}`
        : (damageOfOnnx(bytes)?.says ?? 'is not an ONNX file');
    throw new UnusableOnnx('unreadable', `${file} ${says}`, { cause: error });
  }
  if (!hasGraph(message)) {
    const says = damageOfOnnx(bytes)?.says ?? 'is not an ONNX model: it has no graph';
    throw new UnusableOnnx('no-graph', `${file} ${says}`);
  }
  // Do not return a copy, which would lose the unknown fields.
  return message;
};

/**
 * The names of the inputs and outputs whose number of dimensions an ONNX file leaves open.
 * @throws UnusableOnnx if the file cannot be read.
 */
export const namesWithoutShape = async (file: string): Promise<readonly string[]> => {
  const { graph } = await readOnnxMessage(file);
  return ([...graph.input, ...graph.output] as TensorInfoMessage[])
    .filter(({ type }) => (type?.tensorType?.shape ?? undefined) === undefined)
    .map(({ name }) => name);
};

/**
 * The paths of the files beside an ONNX file that contain its weights, sorted; empty if the file contains them itself.
 * @param onlyOf - The name of a tensor: only its file.
 * @throws UnusableOnnx if the file cannot be read.
 */
export const externalFilesOf = async (
  file: string,
  onlyOf?: string,
): Promise<readonly string[]> => {
  const { initializer } = (await readOnnxMessage(file)).graph;
  const filePaths = initializer
    .filter(({ name, dataLocation }) => dataLocation === EXTERNAL && name === (onlyOf ?? name))
    .map((tensor) => externalRange(tensor, file).filePath);
  return [...new Set(filePaths)].toSorted();
};

/**
 * Reads the ONNX file of a classifier.
 * @throws UnusableOnnx if it cannot be read, or does not have one input float32 [N, 3, height, width] and one output float32
 *   [N, classes].
 */
export const readClassifierMessage = async (file: string, classes: number) => {
  const message = await readOnnxMessage(file);
  const { graph } = message;
  // Older files list their constants among the inputs.
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
      'wrong-input',
      `${file} takes ${describe(inputs)}; it should take one float32 [N, 3, height, width]`,
    );
  }
  const isScores = output?.elemType === ELEMENT.float32 && output.shape.at(-1) === classes;
  if (!isScores || outputs.length !== 1) {
    throw new UnusableOnnx(
      'wrong-output',
      `${file} gives ${describe(outputs)}; it should give one float32 [N, ${classes}]`,
    );
  }
  return { message, input, output };
};

/**
 * Reads the ONNX file of a classifier, including weights from files beside it.
 * @throws UnusableOnnx if it is not a classifier, or `adaptOnnx` could not change it.
 */
export const readOnnx = async (file: string, classes: number): Promise<OnnxClassifier> => {
  const { message, input, output } = await readClassifierMessage(file, classes);
  const { graph, opsetImport } = message;
  const opset = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (opset === undefined || toNumber(opset.version) < MIN_OPSET) {
    throw new UnusableOnnx(
      'old-opset',
      `${file} uses no ONNX operator set of version ${MIN_OPSET} or newer`,
    );
  }
  if (
    graph.node.some(({ attribute }) => attribute.some(({ type }) => GRAPH_ATTRIBUTES.has(type)))
  ) {
    throw new UnusableOnnx('nested-graphs', `${file} has nested graphs, which are not supported`);
  }
  await loadExternalValues(graph.initializer, file);
  return { bytes: modelMessage().encode(message).finish(), input, output };
};
