import {
  manifestOf,
  platformOf,
  registerServers,
  servingNames,
  type ServingName,
} from '../../../serving-configs/index.ts';
import {
  formatsOf,
  type ModelFormat,
} from '../../../serving-configs/models/tensors/tensor-model.ts';
import type { RunningServer } from '../../../serving-configs/running-server.ts';
import { reasonAgainstModel } from '../../../serving-configs/runtimes/docker/container-models.ts';
import type { Target } from '../model/measurement.ts';
import type { PlanOptions, PlanOverrides } from '../model/plan-options.ts';
import type { LocalRuntime, PlanHost } from '../model/plan.ts';
import { buildTargets, type IsPossible } from '../plan/build-targets.ts';
import { areServingsNamed, resolvePlanOptions } from '../plan/resolve-plan-options.ts';
import { plannedTensors, planTensors, refuseWithModel } from '../plan/tensor-plan.ts';
import { detectServer } from '../run/servings/running-servers/detect-server.ts';
import {
  givenServers,
  leftOutOf,
  plannedServers,
  type NamedUrl,
} from '../run/servings/running-servers/given-server.ts';
import type { TensorTargets } from '../user-model/tensor-targets.ts';
import { modelFileError } from '../user-model/model-errors.ts';
import type { UserModel } from '../user-model/user-model.ts';
import { PROTOCOL_WORDS } from '../wording/labels.ts';
import { usageError, type CommandContext } from './command.ts';
import { readModelOption } from './model-option.ts';
import {
  chooseRunnableServings,
  remedyForContainers,
  type RunnableServings,
} from './runnable-servings.ts';

/** What `plan` and `run` are to measure on this machine. */
export interface PlanRequest extends Omit<RunnableServings, 'servings'> {
  readonly userModel: UserModel | undefined;
  readonly options: PlanOptions;
  readonly targets: readonly Target[];
  /** Running servers, without their headers, which may hold secrets. */
  readonly servers: readonly RunningServer[];
  readonly runtime: PlanHost['runtime'];
}

interface PlanArguments {
  readonly overrides: PlanOverrides;
  readonly images?: string | undefined;
  readonly model: string | undefined;
  readonly runtime: LocalRuntime | undefined;
  /** Running servers that `--target` names. */
  readonly target?: readonly NamedUrl[] | undefined;
  readonly config: string | undefined;
}

type StartedServings = Omit<RunnableServings, 'servings'> & Pick<PlanRequest, 'targets'>;

/** Plans the servings that are started: those that the runtime can run, and their targets. */
const planStartedServings = async (
  { overrides, config }: PlanArguments,
  options: PlanOptions,
  runtime: LocalRuntime,
  signal: AbortSignal,
  model?: { readonly formats: readonly ModelFormat[]; readonly isPossible: IsPossible },
): Promise<StartedServings> => {
  const strict = areServingsNamed(overrides);
  const { servings, ...runnable } = await chooseRunnableServings(
    runtime,
    options,
    { config, strict, formats: model?.formats },
    signal,
  );
  const targets = buildTargets({ ...options, servings }, strict, model?.isPossible);
  return { ...runnable, targets };
};

/** Plans ResNet-50, whose inputs are images. */
const planImages = async (values: PlanArguments, signal: AbortSignal): Promise<PlanRequest> => {
  const { overrides, runtime = 'simulated', target = [] } = values;
  if (target.length > 0) {
    throw usageError(
      '--target needs a model of your own',
      'describe it: npx serving-compare init --model FILE.onnx',
    );
  }
  const options = resolvePlanOptions(overrides, 'local', runtime);
  const started = await planStartedServings(values, options, runtime, signal);
  return { ...started, userModel: undefined, options, servers: [], runtime };
};

/** Detects the protocol of every running server and registers it as a serving. */
const detectServers = async (
  named: readonly NamedUrl[],
  userModel: UserModel,
  { console, signal }: CommandContext,
): Promise<readonly RunningServer[]> => {
  const tell = (line: string): void => console.err(`${line}\n`);
  const servers = await Promise.all(
    givenServers(named, userModel).map((server) => detectServer(server, userModel, signal, tell)),
  );
  registerServers(servers);
  return servers;
};

/**
 * @param startsServings whether servings are started and measured beside the running servers
 * @throws BenchError on options that do not go together with running servers.
 */
const assertFitRunningServers = (
  { engine = 'onnx', protocols }: PlanOverrides,
  servers: readonly RunningServer[],
  runtime: LocalRuntime | undefined,
  startsServings: boolean,
): void => {
  if (engine !== 'onnx') {
    throw usageError(
      '--engine and --delay have no effect on a running server',
      'leave them out; its no-op limit is measured anyway',
    );
  }
  const excluded = servers.find(({ protocol }) => protocols?.includes(protocol) === false);
  if (!startsServings && excluded !== undefined) {
    throw usageError(
      `${excluded.name} at ${excluded.url} is measured over ${PROTOCOL_WORDS[excluded.protocol]}, which --protocols leaves out`,
      'leave --protocols out; the address decides on the protocol, as in grpc://HOST:PORT',
    );
  }
  if (startsServings && (runtime ?? 'simulated') === 'simulated') {
    throw usageError(
      'simulated servers cannot be compared with running ones',
      'add --runtime venv, or leave --servings and --runtime out',
    );
  }
};

/** @throws BenchError if all scenarios are cold. */
const assertWarm = ({ scenarios }: PlanOptions): void => {
  if (scenarios.some((scenario) => scenario !== 'cold')) return;
  throw usageError('a running server has no cold start', 'add warm to --scenarios');
};

/**
 * The servings to measure by default with a user's model: one of each platform of the study, which takes the ONNX file as it is
 * if the platform has such a serving.
 */
const defaultServings = ({ targets }: TensorTargets): readonly ServingName[] => {
  const suitable = servingNames.filter((name) => targets.some(({ serving }) => serving === name));
  const platforms = new Set(
    servingNames.filter((serving) => manifestOf(serving).inStudy !== 'no').map(platformOf),
  );
  return [...platforms].flatMap((platform) => {
    const ofPlatform = suitable.filter((serving) => platformOf(serving) === platform);
    const takesOnnx = ofPlatform.find(
      (serving) => reasonAgainstModel(serving, ['onnx']) === undefined,
    );
    return takesOnnx ?? ofPlatform[0] ?? [];
  });
};

/** Adds the targets of running servers to a plan. */
const withRunningServers = (
  request: PlanRequest,
  servers: readonly RunningServer[],
): PlanRequest => {
  const { options } = request;
  const names = servers.map(({ name }) => name as ServingName);
  const planned = plannedServers(servers);
  return {
    ...request,
    targets: [...request.targets, ...buildTargets({ ...options, servings: names }, true)],
    leftOut: [...request.leftOut, ...leftOutOf(servers, options.scenarios)],
    served: { ...request.served, ...planned.served },
    servers: planned.servers,
  };
};

/** Plans a user's model, on servings that are started, on running servers, or on both. */
const planUserModel = async (
  values: PlanArguments,
  userModel: UserModel,
  context: CommandContext,
): Promise<PlanRequest> => {
  const { signal } = context;
  const { overrides, images, target = [] } = values;
  if (images !== undefined) {
    refuseWithModel('--images cannot be used', 'give the folder in the description: inputs');
  }
  const servers = await detectServers(target, userModel, context);
  const startsServings =
    servers.length === 0 || overrides.servings !== undefined || values.runtime !== undefined;
  if (servers.length > 0) {
    assertFitRunningServers(overrides, servers, values.runtime, startsServings);
  }
  const runtime: LocalRuntime | 'running' = startsServings
    ? (values.runtime ?? 'simulated')
    : 'running';
  const tensorPlan = planTensors(
    overrides,
    plannedTensors(userModel),
    startsServings ? defaultServings : () => [],
  );
  const options = resolvePlanOptions(tensorPlan.overrides, 'local', runtime);
  if (servers.length > 0) assertWarm(options);
  const unreadable = runtime === 'docker' ? remedyForContainers(userModel) : undefined;
  if (unreadable !== undefined) {
    throw modelFileError(unreadable.problem, unreadable.remedy);
  }
  const model = { formats: formatsOf(userModel), isPossible: tensorPlan.isPossible };
  const suitableOptions = { ...options, servings: tensorPlan.servings };
  const started: StartedServings =
    runtime === 'running'
      ? { targets: [], leftOut: [] }
      : await planStartedServings(values, suitableOptions, runtime, signal, model);
  const leftOut = [...started.leftOut, ...tensorPlan.leftOut];
  const request = { ...started, userModel, options, leftOut, servers: [], runtime };
  return servers.length === 0 ? request : withRunningServers(request, servers);
};

/**
 * Resolves the options, targets and servers of a plan on this machine.
 *
 * @throws BenchError if the model, the options or the servings cannot be used.
 */
export const readPlanRequest = async (
  values: PlanArguments,
  context: CommandContext,
): Promise<PlanRequest> => {
  const userModel = await readModelOption(values.model, context.signal);
  return userModel === undefined
    ? planImages(values, context.signal)
    : planUserModel(values, userModel, context);
};
