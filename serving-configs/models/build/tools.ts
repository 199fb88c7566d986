import path from 'node:path';

/** A program that makes an artefact from an ONNX file and needs what is seldom installed. */
export interface Tool {
  /** Beside `build.ts`. */
  readonly scripts: readonly [string, ...(readonly string[])];
  /** What starts the script, where the user names nothing else. */
  readonly program: string;
  /** Command line option that names it, and by which the tool runs at all. */
  readonly option: string;
  readonly reason: string;
}

export const TOOLS = {
  torchscript: {
    scripts: ['torchscript.py', 'onnx_network.py'],
    program: 'python3',
    option: 'torch-python',
    reason: 'needs PyTorch, no newer than that of the servings',
  },
  savedmodel: {
    scripts: ['savedmodel.py', 'onnx_network.py'],
    program: 'python3',
    option: 'tensorflow-python',
    reason: 'needs TensorFlow, no newer than that of the servings, and tensorflow-serving-api',
  },
  tensorrt: {
    scripts: ['tensorrt.sh'],
    program: 'trtexec',
    option: 'trtexec',
    reason:
      'needs trtexec of the very release of TensorRT that serves it, on the GPU that serves it',
  },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;

export const TOOL_NAMES = Object.keys(TOOLS) as readonly ToolName[];

const FOLDER = path.resolve(import.meta.dirname, '..');

/** The files that decide what a tool makes. */
export const scriptFiles = (tool: ToolName): readonly string[] =>
  TOOLS[tool].scripts.map((script) => path.join(FOLDER, script));

/** What a tool leaves beside its part when that is whole. */
export const noteOf = (part: string): string => `${part}.json`;

export interface ToolArguments {
  readonly from: string;
  readonly to: string;
  /** Goes into the note beside the part, by which it counts as made from this source by this script. */
  readonly key: string;
  readonly shapes: string;
}

/** The command that makes a part. Paths are given as they are to stand in it. */
export const toolCommand = (
  tool: ToolName,
  program: string,
  scriptFolder: string,
  { from, to, key, shapes }: ToolArguments,
): readonly [string, ...string[]] => {
  const script = path.join(scriptFolder, TOOLS[tool].scripts[0]);
  const rest = [script, from, to, key] as const;
  return tool === 'tensorrt' ? ['bash', ...rest, shapes, program] : [program, ...rest];
};
