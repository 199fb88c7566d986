import { resolve } from 'node:path';
import type { RunningServer } from '../../../serving-configs/running-server.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import type { LocalRuntime, RunSettings } from '../model/plan.ts';
import { planOverridesOf, type PlanValues } from '../plan/command-line.ts';
import { withoutSecrets } from '../plan/command-of-plan.ts';
import type { AskedPlan, PlanRequest } from '../plan/plan-request.ts';
import { readSettings } from '../plan/read-settings.ts';
import { createSeed } from '../plan/resolve-plan-options.ts';
import { askedModel } from '../plan/planned-model.ts';
import {
  makePlan,
  requestedOptions,
  SIMULATED_HERE,
  type Available,
  type PlannedRun,
} from '../run/make-plan.ts';
import { detectServer } from '../run/servings/running-servers/detect-server.ts';
import { givenServers } from '../run/servings/running-servers/given-server.ts';
import { defaultModel } from '../run/project-files.ts';
import type { AnyModel } from '../model-file/described-model.ts';
import { modelFileError } from '../model-file/model-errors.ts';
import { PROTOCOL_WORDS } from '../wording/labels.ts';
import { usageError, type CommandContext } from './command.ts';
import {
  assertFileTakesBatches,
  assertFitsModel,
  namedFiles,
  readModelOption,
} from './model-option.ts';
import type { RunValues } from './options.ts';
import {
  assertEngine,
  listHere,
  remedyForContainers,
  settingsOfModels,
} from './runnable-servings.ts';

/** The options that a request is made of; not every command has all of them. */
type AskedValues = PlanValues & Partial<Omit<RunValues, keyof PlanValues>>;

const resolved = (file: string | undefined): string | undefined => file && resolve(file);

/** Settings that the command line gives. Those it does not give have no key, so that a resumed run keeps its own. */
export const settingsOf = (
  { images, config, ca, ...values }: AskedValues,
  { description }: Pick<AnyModel, 'description'>,
): RunSettings => {
  const modelFiles = namedFiles(values.model);
  const settings: RunSettings = {
    imagesDir: resolved(images),
    model: modelFiles?.onnx ?? (description === defaultModel ? undefined : description),
    modelFiles,
    configFile: resolved(config),
    caFile: resolved(ca),
    modelsFolder: resolved(values.models),
    settingsFile: resolved(values.settings),
    tunedRun: values.tuned,
    processes: values.processes,
    usdPerHour: values['price-per-hour'],
    maxSeconds: values['max-time'],
    withBaseline:
      values.baseline === undefined && values['save-baseline'] === undefined ? undefined : true,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
};

/** Detects the protocol of every running server. */
const detectServers = async (
  { target = [], ca }: AskedValues,
  model: AnyModel,
  { console, signal }: CommandContext,
): Promise<readonly RunningServer[]> => {
  const tell = (line: string): void => console.err(`${line}\n`);
  return Promise.all(
    givenServers(target, model, resolved(ca)).map((server) =>
      detectServer(server, model, signal, tell),
    ),
  );
};

/** @throws BenchError on options that do not go together with running servers. */
const assertFitRunningServers = (
  { engine = 'onnx', protocols }: PlanOverrides,
  servers: readonly RunningServer[],
  runtime: LocalRuntime | 'running',
): void => {
  if (servers.length === 0) return;
  if (engine !== 'onnx') {
    throw usageError(
      '--engine and --delay have no effect on a running server',
      'leave them out; its no-op limit is measured anyway',
    );
  }
  const excluded = servers.find(({ protocol }) => protocols?.includes(protocol) === false);
  if (runtime === 'running' && excluded !== undefined) {
    throw usageError(
      `${excluded.name} at ${excluded.url} is measured over ${PROTOCOL_WORDS[excluded.protocol]}, which --protocols leaves out`,
      'leave --protocols out; the address decides on the protocol, as in grpc://HOST:PORT',
    );
  }
  if (runtime === 'simulated') {
    throw usageError(
      'simulated servers cannot be compared with running ones',
      'add --runtime venv, or leave --servings and --runtime out',
    );
  }
};

/**
 * What a command line asks for, wherever it runs.
 *
 * @param candidates the only settings that a search measures, besides the defaults
 */
export const askedPlan = async (
  values: AskedValues,
  model: AnyModel,
  candidates?: PlanOverrides['candidates'],
): Promise<AskedPlan> => {
  const { settings: file } = values;
  const settings = file === undefined ? undefined : await readSettings(file);
  const overrides = {
    ...planOverridesOf(values),
    ...(settings && { settings }),
    ...(candidates && { candidates }),
  };
  return {
    ...requestedOptions(overrides),
    model: askedModel(model),
    settings: settingsOf(values, model),
  };
};

/** What it asks for here. Without servings and runtime, only running servers are measured, if there are any. */
const requestHere = async (
  values: AskedValues,
  model: AnyModel,
  servers: readonly RunningServer[],
  candidates: PlanOverrides['candidates'],
): Promise<PlanRequest> => {
  const { settings, options, ...asked } = await askedPlan(values, model, candidates);
  const onlyRunning =
    servers.length > 0 && asked.servings.kind === 'default' && values.runtime === undefined;
  const runtime = onlyRunning ? 'running' : (values.runtime ?? 'simulated');
  assertFitRunningServers(options, servers, runtime);
  const targets = values.target?.map(({ name, url }) => `${name}=${withoutSecrets(url)}`);
  return {
    ...asked,
    options: { seed: createSeed(), ...options },
    host: { where: 'local', runtime },
    settings: { ...settings, ...(targets && { targets }) },
  };
};

/** What this machine has for a request. @throws BenchError if it cannot be found out, or containers cannot read the model. */
const availableHere = async (
  { host, options, settings }: PlanRequest,
  model: AnyModel,
  running: readonly RunningServer[],
  signal: AbortSignal,
): Promise<Available> => {
  assertEngine(host.runtime, options.engine ?? 'onnx');
  const unreadable = host.runtime === 'docker' ? remedyForContainers(model) : undefined;
  if (unreadable !== undefined) throw modelFileError(unreadable.problem, unreadable.remedy);
  const listed = await listHere(host.runtime, settings.configFile, model, signal);
  if (listed === undefined) return { ...SIMULATED_HERE, running };
  return {
    ...SIMULATED_HERE,
    running,
    runnable: { kind: 'listed', entries: listed.entries },
    settings: settingsOfModels(listed.models, settings.modelFiles),
  };
};

/** A plan for this machine or for nodes, and its model. */
export interface MadePlan {
  readonly planned: PlannedRun;
  readonly model: AnyModel;
  readonly request: PlanRequest;
  /** What it takes on nodes, in US dollars, which are undefined if the price is not known; absent on this machine. */
  readonly cost?: {
    readonly seconds: number;
    readonly usd: number | undefined;
    readonly text: string;
  };
}

/**
 * Plans what a command line asks for on this machine.
 *
 * @param candidates see {@link askedPlan}
 * @throws BenchError if the model, the options or the servings cannot be used.
 */
export const planHere = async (
  values: AskedValues,
  context: CommandContext,
  candidates?: PlanOverrides['candidates'],
): Promise<MadePlan> => {
  const { signal } = context;
  const model = await readModelOption(values.model, signal);
  assertFitsModel(model, values);
  const running = await detectServers(values, model, context);
  const request = await requestHere(values, model, running, candidates);
  const planned = makePlan(request, await availableHere(request, model, running, signal));
  await assertFileTakesBatches(planned, model);
  return { planned, model, request };
};
