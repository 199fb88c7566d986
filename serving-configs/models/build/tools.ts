import path from 'node:path';
import type { ModelTool } from '../../manifest.ts';
import { shapeOf, type ImageInput } from '../input/image-input.ts';

/** A program that builds an artefact from an ONNX file, and needs software that is rarely installed. */
interface Tool {
  /** The main script and its modules, beside `build.ts`. The last line that it prints names the program that built the artefact. */
  readonly scripts: readonly [string, ...(readonly string[])];
  /** The command-line option with the program that runs the script. Without it, the tool does not run. */
  readonly option: string;
  /** Describes that program. */
  readonly program: string;
  /** What the tool needs; the subject is the tool or its artefact. */
  readonly reason: string;
}

export const TOOLS = {
  torchscript: {
    scripts: ['torchscript.py', 'onnx_network.py'],
    option: 'torch-python',
    program: 'Python with PyTorch, to build TorchScript',
    reason: 'needs PyTorch, no newer than that of the servings',
  },
  savedmodel: {
    scripts: ['savedmodel.py', 'onnx_network.py'],
    option: 'tensorflow-python',
    program: 'Python with TensorFlow and tensorflow-serving-api, to build the SavedModel',
    reason: 'needs TensorFlow, no newer than that of the servings, and tensorflow-serving-api',
  },
  tensorrt: {
    scripts: ['tensorrt.sh'],
    option: 'trtexec',
    program: 'trtexec of the TensorRT release and GPU that serve, to build the TensorRT plan',
    reason: 'needs trtexec of the TensorRT release that serves it, on the GPU that serves it',
  },
  archive: {
    scripts: ['archive.py'],
    option: 'archiver-python',
    program: 'Python with torch-model-archiver, to pack TorchScript as an archive (.mar)',
    reason: 'needs torch-model-archiver 0.12.0, a package of PyPI',
  },
} as const satisfies Record<ModelTool, Tool>;

export const TOOL_NAMES = Object.keys(TOOLS) as readonly ModelTool[];

/** A program that runs a tool's script. */
export interface ToolProgram {
  readonly program: string;
  /** The command prefix that runs the tool in a container. The files have the same paths there. */
  readonly within?: readonly string[];
  /** Kills the tool. */
  readonly signal?: AbortSignal | undefined;
}

/** The available programs by tool. The function is called only when a part has to be built with the tool. */
export type ToolPrograms = Readonly<Partial<Record<ModelTool, () => Promise<ToolProgram>>>>;

/** What a tool builds a part from, besides the source of the part. */
export interface ToolInput {
  readonly tool: ModelTool;
  /** How an image becomes the input of the model. */
  readonly image: ImageInput;
  /** The paths of the files that an archive has besides the model, relative to `serving-configs/`: the handler, and the class names. */
  readonly packs?: readonly string[];
}

/** The folder `serving-configs/`. */
export const SERVING_CONFIGS = path.resolve(import.meta.dirname, '..', '..');
const scriptOf = (script: string): string => path.join(SERVING_CONFIGS, 'models', script);

const packedFiles = ({ packs = [] }: ToolInput): readonly string[] =>
  packs.map((file) => path.join(SERVING_CONFIGS, file));

/** The files that determine the output of a tool, besides the source of the part. */
export const toolFiles = (input: ToolInput): readonly string[] => [
  ...TOOLS[input.tool].scripts.map(scriptOf),
  ...packedFiles(input),
];

/** The command that builds a part from another. */
export const toolCommand = (
  input: ToolInput,
  program: string,
  source: string,
  target: string,
): readonly [string, ...string[]] => {
  const { tool, image } = input;
  const words = [scriptOf(TOOLS[tool].scripts[0]), source, target] as const;
  if (tool === 'tensorrt') {
    const shapes = `${image.input}:${shapeOf(image.layout, image).join('x')}`;
    return ['bash', ...words, shapes, program];
  }
  return [program, ...words, JSON.stringify(image), ...packedFiles(input)];
};
