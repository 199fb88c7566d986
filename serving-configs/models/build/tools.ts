import path from 'node:path';
import type { ModelTool } from '../../manifest.ts';
import { labelsFile } from '../input/classifier.ts';
import { shapeOf, type ImageInput } from '../input/image-input.ts';

/** A program that makes an artefact from an ONNX file and needs what is seldom installed. */
interface Tool {
  /** Beside `build.ts`. */
  readonly scripts: readonly [string, ...(readonly string[])];
  /** Command line option that names it, and by which the tool runs at all. */
  readonly option: string;
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

/** A program that is here, or can be had. */
export interface ToolProgram {
  readonly program: string;
  /** What runs its command elsewhere, where the files have the same paths: the arguments of a container. */
  readonly within?: readonly string[];
}

/** Programs by tool; each is asked for when a part is really made with it. */
export type ToolPrograms = Readonly<Partial<Record<ToolName, () => Promise<ToolProgram>>>>;

export const TOOL_NAMES = Object.keys(TOOLS) as readonly ToolName[];

const FOLDER = path.resolve(import.meta.dirname, '..');

/** The files that decide what a tool makes, with what it puts beside the model. */
export const scriptFiles = (tool: ToolName, handler?: string): readonly string[] => [
  ...TOOLS[tool].scripts.map((script) => path.join(FOLDER, script)),
  ...(handler === undefined ? [] : [path.join(FOLDER, '..', handler), labelsFile]),
];

/** What a tool leaves beside its part when that is whole. */
export const noteOf = (part: string): string => `${part}.json`;

interface ToolArguments {
  readonly from: string;
  readonly to: string;
  /** Of the part; goes into the note beside it. */
  readonly key: string;
  readonly image: ImageInput;
  /** What goes into an archive beside the model, from the folder above that of the scripts. */
  readonly handler?: string;
}

/** The command that makes a part. Targets are given as they are to stand in it. */
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
