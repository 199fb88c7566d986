import path from 'node:path';
import type { ModelTool } from '../../manifest.ts';
import { labelsFile } from '../input/classifier.ts';
import { shapeOf, type ImageInput } from '../input/image-input.ts';

/** A program that builds an artefact from an ONNX file, and needs software that is rarely installed. */
interface Tool {
  /** The main script and its modules, beside `build.ts`. */
  readonly scripts: readonly [string, ...(readonly string[])];
  /** The command-line option with the program that runs the script. Without it, the tool does not run. */
  readonly option: string;
  /** What the tool needs; the subject is the tool or its artefact. */
  readonly reason: string;
}

export const TOOLS = {
  torchscript: {
    scripts: ['torchscript.py', 'onnx_network.py'],
    option: 'torch-python',
    reason: 'needs PyTorch, no newer than that of the servings',
  },
  savedmodel: {
    scripts: ['savedmodel.py', 'onnx_network.py'],
    option: 'tensorflow-python',
    reason: 'needs TensorFlow, no newer than that of the servings, and tensorflow-serving-api',
  },
  tensorrt: {
    scripts: ['tensorrt.sh'],
    option: 'trtexec',
    reason: 'needs trtexec of the TensorRT release that serves it, on the GPU that serves it',
  },
  archive: {
    scripts: ['archive.py', 'onnx_network.py'],
    option: 'archiver-python',
    reason: 'needs torch-model-archiver 0.12.0, a package of PyPI, and numpy',
  },
} as const satisfies Record<ModelTool, Tool>;

export type ToolName = ModelTool;

/** The program that runs a tool's script. */
export interface ToolProgram {
  readonly program: string;
  /** The command prefix that runs the tool in a container. The files have the same paths there. */
  readonly within?: readonly string[];
}

/** The available programs by tool. The function is called only when a part has to be built with the tool. */
export type ToolPrograms = Readonly<Partial<Record<ToolName, () => Promise<ToolProgram>>>>;

export const TOOL_NAMES = Object.keys(TOOLS) as readonly ToolName[];

const FOLDER = path.resolve(import.meta.dirname, '..');

/** The files that determine the output of a tool, including those that it packs with the model. */
export const scriptFiles = (tool: ToolName, handler?: string): readonly string[] => [
  ...TOOLS[tool].scripts.map((script) => path.join(FOLDER, script)),
  ...(handler === undefined ? [] : [path.join(FOLDER, '..', handler), labelsFile]),
];

/** The note that a tool writes beside a completed part. */
export const noteOf = (part: string): string => `${part}.json`;

interface ToolArguments {
  readonly from: string;
  readonly to: string;
  /** The key of the part, for its note. */
  readonly key: string;
  readonly image: ImageInput;
  /** The path of the handler for an archive, relative to the parent of the scripts' folder. */
  readonly handler?: string;
}

/** The command that builds a part. */
export const toolCommand = (
  tool: ToolName,
  program: string,
  scriptFolder: string,
  { from, to, key, image, handler }: ToolArguments,
): readonly [string, ...string[]] => {
  const script = path.join(scriptFolder, TOOLS[tool].scripts[0]);
  const rest = [script, from, to, key] as const;
  if (tool === 'tensorrt') {
    const shapes = `${image.input}:${shapeOf(image.layout, image).join('x')}`;
    return ['bash', ...rest, shapes, program];
  }
  const packed = handler === undefined ? [] : [path.join(scriptFolder, '..', handler), labelsFile];
  return [program, ...rest, JSON.stringify(image), ...packed];
};
