import { existsSync } from 'node:fs';
import {
  manifestOf,
  platformOf,
  registerServers,
  servingNames,
} from '../../../serving-configs/index.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import { formatsOf } from '../../../serving-configs/models/tensors/tensor-model.ts';
import type { RunningServer } from '../../../serving-configs/running-server.ts';
import { reasonAgainstModel } from '../../../serving-configs/runtimes/docker/container-models.ts';
import type { Target } from '../model/measurement.ts';
import type { LocalRuntime, PlanPlace } from '../model/plan.ts';
import type { PlanOptions, PlanOverrides } from '../model/plan-options.ts';
import { buildTargets } from '../plan/build-targets.ts';
import { areServingsNamed, resolvePlanOptions } from '../plan/plan-options.ts';
import { plannedTensors, planTensors, refuseWithModel } from '../plan/tensor-plan.ts';
import { describeModel } from '../run/tensor-inputs.ts';
import { detectServer } from '../run/running-servers/detect-server.ts';
import {
  leftOutOf,
  plannedServers,
  givenServers,
  type NamedUrl,
} from '../run/running-servers/given-server.ts';
import { readUserModel } from '../user-model/read-user-model.ts';
import type { TensorTargets } from '../user-model/tensor-targets.ts';
import type { UserModel } from '../user-model/user-model.ts';
import { usageError } from './command.ts';
import { chooseFor, assertModel, isDescription, type ChosenFor } from './runtime-option.ts';

/** The description that is taken if it is there and `--model` names no other. */
const DESCRIPTION = 'model.yaml';

/** The description of the model in a command line or a plan, if it names one. */
const descriptionOf = (model: string | undefined): string | undefined => {
  if (model === undefined) return existsSync(DESCRIPTION) ? DESCRIPTION : undefined;
  return isDescription(model) ? model : undefined;
};

/**
 * The user's model that a command is about; undefined for ResNet-50.
 *
 * @param model the value of `--model`
 * @throws BenchError if the description or what it names cannot be used.
 */
export const requestedModel = async (
  model: string | undefined,
  signal: AbortSignal,
): Promise<UserModel | undefined> => {
  const description = descriptionOf(model);
  if (description !== undefined) return readUserModel(description, describeModel(signal));
  await assertModel(model);
  return undefined;
};

/** Of each platform that the study knew, a serving that takes the model: as ONNX, where there is one. */
const usualServings = ({ targets }: TensorTargets): readonly ServingName[] => {
  const able = servingNames.filter((serving) => targets.some((one) => one.serving === serving));
  const platforms = new Set(
    servingNames.filter((one) => manifestOf(one).inStudy !== 'no').map(platformOf),
  );
  return [...platforms].flatMap((platform) => {
    const own = able.filter((serving) => platformOf(serving) === platform);
    const needsNoOther = own.find((serving) => reasonAgainstModel(serving, ['onnx']) === undefined);
    return needsNoOther ?? own[0] ?? [];
  });
};

/** The running servers of a command line and a description, found out how they are asked, and known as servings from then on. */
const askServers = async (
  named: readonly NamedUrl[],
  userModel: UserModel,
  signal: AbortSignal,
): Promise<readonly RunningServer[]> => {
  const given = givenServers(named, userModel);
  const servers = await Promise.all(given.map((one) => detectServer(one, userModel, signal)));
  registerServers(servers);
  return servers;
};

/** @throws BenchError on options that servers which run already cannot have, and on simulated ones beside them. */
const assertMeasurable = (
  { engine = 'onnx', protocols }: PlanOverrides,
  servers: readonly RunningServer[],
  runtime: LocalRuntime | undefined,
  takesOwn: boolean,
): void => {
  if (engine !== 'onnx') {
    throw usageError(
      'a running server computes what it serves',
      'leave --engine and --delay out; its no-op limit is measured anyway',
    );
  }
  const other = servers.find(({ protocol }) => protocols?.includes(protocol) === false);
  if (!takesOwn && other !== undefined) {
    throw usageError(
      `--protocols has no ${other.protocol}, with which ${other.name} is asked at ${other.url}`,
      'leave it out; the address says the protocol, as in grpc://HOST:PORT',
    );
  }
  if (takesOwn && (runtime ?? 'simulated') === 'simulated') {
    throw usageError(
      'simulated servers cannot be compared with running ones',
      'add --runtime venv, or leave --servings and --runtime out',
    );
  }
};

/** @throws BenchError if nothing but cold starts is asked for. */
const assertWarm = ({ scenarios }: PlanOptions): void => {
  if (scenarios.some((scenario) => scenario !== 'cold')) return;
  throw usageError('a running server has no cold start', 'add warm to --scenarios');
};

/** What a command line asks to be measured. */
export interface RequestedPlan {
  readonly userModel: UserModel | undefined;
  readonly options: PlanOptions;
  /** Whether each of the servings must take part. */
  readonly strict: boolean;
  /** With the servings that do not take a user's model. */
  readonly chosen: ChosenFor;
  readonly targets: readonly Target[];
  /** Those that run already, without what is in no file of a run. */
  readonly servers: readonly RunningServer[];
  readonly runtime: PlanPlace['runtime'];
}

interface PlanArguments {
  readonly overrides: PlanOverrides;
  /** The folder of images that was named. */
  readonly images?: string | undefined;
  readonly model: string | undefined;
  readonly runtime: LocalRuntime | undefined;
  /** Running servers of the command line. */
  readonly target?: readonly NamedUrl[] | undefined;
  readonly config: string | undefined;
}

/**
 * The options and targets of a plan on this machine.
 *
 * @throws BenchError if model, options or servings cannot be used.
 */
export const readPlanRequest = async (
  { overrides, model, images, runtime: givenRuntime, config, target: named = [] }: PlanArguments,
  signal: AbortSignal,
): Promise<RequestedPlan> => {
  const userModel = await requestedModel(model, signal);
  const strict = areServingsNamed(overrides);
  if (userModel === undefined) {
    if (named.length > 0) {
      throw usageError(
        '--target needs a model of your own',
        'describe it: npx serving-compare init --model FILE.onnx',
      );
    }
    const runtime = givenRuntime ?? 'simulated';
    const options = resolvePlanOptions(overrides, 'local', runtime);
    const chosen = await chooseFor(runtime, options, { config, strict }, signal);
    const targets = buildTargets({ ...options, servings: chosen.servings }, strict);
    return { userModel, options, strict, chosen, targets, servers: [], runtime };
  }
  if (images !== undefined) {
    refuseWithModel('--images cannot be used', 'name the folder in the description: inputs');
  }
  const servers = await askServers(named, userModel, signal);
  const takesOwn =
    servers.length === 0 || overrides.servings !== undefined || givenRuntime !== undefined;
  if (servers.length > 0) assertMeasurable(overrides, servers, givenRuntime, takesOwn);
  const runtime: LocalRuntime | 'running' = takesOwn ? (givenRuntime ?? 'simulated') : 'running';
  const usual = takesOwn ? usualServings : () => [];
  const asked = planTensors(overrides, plannedTensors(userModel), usual);
  const options = resolvePlanOptions(asked.overrides, 'local', runtime);
  if (servers.length > 0) assertWarm(options);
  const chosen: ChosenFor =
    runtime === 'running'
      ? { servings: [], leftOut: [] }
      : await chooseFor(
          runtime,
          { ...options, servings: asked.able },
          { config, strict, formats: formatsOf(userModel) },
          signal,
        );
  const ownTargets = takesOwn
    ? buildTargets({ ...options, servings: chosen.servings }, strict, asked.isPossible)
    : [];
  const leftOut = [...chosen.leftOut, ...asked.leftOut, ...leftOutOf(servers, options.scenarios)];
  const whole = { userModel, options, strict, runtime };
  if (servers.length === 0) {
    return { ...whole, chosen: { ...chosen, leftOut }, targets: ownTargets, servers };
  }
  const names = servers.map(({ name }) => name as ServingName);
  const targets = [...ownTargets, ...buildTargets({ ...options, servings: names }, true)];
  const planned = plannedServers(servers);
  const served = { ...chosen.served, ...planned.served };
  return { ...whole, chosen: { ...chosen, leftOut, served }, targets, servers: planned.servers };
};
