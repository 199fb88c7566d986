import type { ServingName } from '../../index.ts';
import type { Accelerator } from '../../manifest.ts';
import { buildModels } from '../../models/build/build-models.ts';
import { TOOL_NAMES, TOOLS, type ToolProgram } from '../../models/build/tools.ts';
import type { Weights } from '../../models/build/weights.ts';
import type { BuiltModel } from '../../models/model.ts';
import { UsageError } from '../../options/usage-error.ts';
import { docker, GUARD, knownProblemFrom } from './docker.ts';
import { CONTEXT, type ImageChoice } from './image-source.ts';
import { launcherLabels } from './leftovers.ts';
import { modelPartsOf, toolContainerOf } from './needed-images.ts';
import type { Log, PrepareImage } from './prepare-image.ts';

interface ModelsRequest {
  readonly model: BuiltModel;
  readonly servings: readonly ServingName[];
  readonly accelerator: Accelerator;
  readonly weights: Weights;
  readonly choice: ImageChoice;
  /** Folder to build the models in. */
  readonly output: string;
  readonly prepareImage: PrepareImage;
  readonly log: Log;
  /** Kills the tool that runs. */
  readonly signal?: AbortSignal;
}

/** Makes the files of a container belong to the caller. With a rootless daemon, its root user is already the caller. */
const userArguments = async (): Promise<readonly string[]> => {
  const what = 'cannot query Docker';
  const options = await docker(['info', '--format', '{{json .SecurityOptions}}'], { what });
  const { getuid, getgid } = process;
  return options.includes('name=rootless') || getuid === undefined || getgid === undefined
    ? []
    : ['--user', `${getuid()}:${getgid()}`];
};

/** The name of the container in which a tool runs. Only one runs at a time. */
const BUILDER = `serving-compare-models-${process.pid}`;

/** The start of a command line that runs a program in an image, with the same paths as on this machine. */
const commandIn = async (
  image: string,
  { output, accelerator }: ModelsRequest,
  onGpu: boolean,
): Promise<readonly string[]> => [
  'sh',
  GUARD,
  BUILDER,
  '',
  'run',
  '--name',
  BUILDER,
  '--rm',
  '--init',
  '--pull',
  'never',
  '--network',
  'none',
  ...Object.entries(launcherLabels()).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
  ...(await userArguments()),
  ...(onGpu && accelerator === 'gpu' ? ['--gpus', 'all'] : []),
  '--env',
  'HOME=/tmp',
  '--mount',
  `type=bind,source=${output},target=${output}`,
  '--mount',
  `type=bind,source=${CONTEXT},target=${CONTEXT},readonly`,
  '--entrypoint',
  '',
  image,
];

/** Builds models. If Docker could not run a tool, the error has a hint about Docker instead of the tool. */
const buildInContainers: typeof buildModels = async (request) => {
  try {
    return await buildModels(request);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw knownProblemFrom('cannot build the models', error.message.split('\n')) ?? error;
  }
};

/**
 * Builds the models of servings and the ONNX file that they are made from, with tools that run in containers.
 * @throws DockerProblem or UsageError if a model cannot be built.
 */
export const prepareModels = async (request: ModelsRequest): Promise<void> => {
  const { model, servings, accelerator, weights, output, prepareImage, log, signal } = request;
  const programs = Object.fromEntries(
    TOOL_NAMES.map((tool) => [
      tool,
      async (): Promise<ToolProgram> => {
        const container = toolContainerOf(tool, request);
        if (container === undefined) {
          throw new UsageError(`${tool} ${TOOLS[tool].reason}`, 'see serving-configs/models');
        }
        const image = await prepareImage(container.source);
        log(`running ${TOOLS[tool].scripts[0]} in ${container.source.name}`);
        return {
          program: container.program,
          within: await commandIn(image.reference, request, tool === 'tensorrt'),
          signal,
        };
      },
    ]),
  );
  const missing = await buildInContainers({
    model,
    output,
    weights,
    ...modelPartsOf(model, servings, accelerator),
    programs,
    report: (event, name) => {
      if (event !== 'kept') log(`${event} ${name}`);
    },
  });
  const [first] = missing;
  if (first !== undefined) {
    throw new UsageError(
      `${first.path} cannot be built: ${first.reason}`,
      'see "npm run models -- --help"',
    );
  }
};
