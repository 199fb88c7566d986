import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import {
  chosenToday,
  platformOf,
  servingNames,
  servingSets,
  type ServingName,
} from '../../../serving-configs/index.ts';
import type { RunningServer } from '../../../serving-configs/running-server.ts';
import { reasonAgainstModel } from '../../../serving-configs/runtimes/docker/container-models.ts';
import { BenchError } from '../model/errors.ts';
import type { Target } from '../model/measurement.ts';
import type { LoadGenerator, PlanOptions, PlanOverrides } from '../model/plan-options.ts';
import type { AskedModel, LeftOut, RunSettings, SettingLeftOut } from '../model/plan.ts';
import { buildMeasurements } from '../plan/build-plan.ts';
import { buildTargets } from '../plan/build-targets.ts';
import type { PlanRequest } from '../plan/plan-request.ts';
import { SIMULATED_BATCHES } from '../plan/profiles.ts';
import { isMany, isTuned, resolvePlanOptions } from '../plan/resolve-plan-options.ts';
import type { PlanParts } from '../plan/seal-plan.ts';
import { settingsError, withSettings } from '../plan/settings-grid.ts';
import { buildSearches } from '../plan/slo-search.ts';
import { manyModelsOf } from '../plan/many-models.ts';
import { tuningOf } from '../plan/tuning.ts';
import { planTensors, type FittedOptions } from '../plan/fit-model.ts';
import type { TensorTargets } from '../model-file/model-targets.ts';
import {
  chooseServings,
  requireServings,
  type ChosenServings,
} from './servings/choose-servings.ts';
import type { RuntimeEntry } from './servings/runtime.ts';
import { leftOutOf, servedByServers } from './servings/running-servers/given-server.ts';

/** What there is where a plan runs. */
export interface Available {
  /** The servings that a request without names means. */
  readonly defaults:
    | { readonly kind: 'usual' }
    | { readonly kind: 'deployed'; readonly servings: readonly ServingName[] };
  /** The servings that the runtime can run. */
  readonly runnable:
    | { readonly kind: 'every' }
    | { readonly kind: 'listed'; readonly entries: readonly RuntimeEntry[] };
  /** Servings that cannot serve the model there, wherever the runtime can run them. */
  readonly unable: readonly LeftOut[];
  /** Servers that run already, which are measured, too. */
  readonly running: readonly RunningServer[];
  /** Cores of the machine that serves. */
  readonly cores: number;
  /** The load generator of a request that names none. */
  readonly loadGenerator: LoadGenerator;
  /** The files of the model there. */
  readonly settings: RunSettings;
}

/** On this machine: all servings are simulated. */
export const SIMULATED_HERE: Available = {
  defaults: { kind: 'usual' },
  runnable: { kind: 'every' },
  unable: [],
  running: [],
  cores: availableParallelism(),
  loadGenerator: 'embedded',
  settings: {},
};

/** A plan without what only the files of inputs and model tell. */
export interface PlannedRun extends Required<
  Pick<PlanParts, 'options' | 'targets' | 'measurements' | 'searches' | 'settings'>
> {
  readonly tuning: PlanParts['tuning'];
  readonly host: PlanRequest['host'];
  readonly served: PlanParts['served'];
  /** With their headers, which its plan does not hold. */
  readonly servers: readonly RunningServer[];
  readonly leftOut: readonly LeftOut[];
  readonly settingsLeftOut: readonly SettingLeftOut[];
}

/** The measurements and searches of targets. */
export const workOfTargets = (targets: readonly Target[], options: PlanOptions) => ({
  targets,
  measurements: buildMeasurements(targets, options),
  searches: buildSearches(targets, options),
  tuning: tuningOf(targets, options),
});

/** The options of a request, as `resolvePlanOptions` takes them. */
export const overridesOf = ({
  servings,
  options,
}: Pick<PlanRequest, 'servings' | 'options'>): PlanOverrides => {
  if (servings.kind === 'default') return options;
  return {
    ...options,
    servings: servings.kind === 'named' ? servings.ids : servingSets[servings.kind],
  };
};

/** The part of a request that plan options make; the inverse of {@link overridesOf}. */
export const requestedOptions = ({
  servings,
  ...options
}: PlanOverrides): Pick<PlanRequest, 'servings' | 'options'> => {
  if (servings === undefined) return { servings: { kind: 'default' }, options };
  for (const kind of ['all', 'study'] as const) {
    if (isDeepStrictEqual(servings, servingSets[kind])) return { servings: { kind }, options };
  }
  return { servings: { kind: 'named', ids: servings }, options };
};

/** Whether the container of a serving takes the ONNX file of a model as it is. */
const readsOnnx = (serving: ServingName): boolean =>
  reasonAgainstModel(serving, { kind: 'given', formats: { onnx: true } }) === undefined;

/** One serving of each platform of the study that can serve a user's model; the one that takes the ONNX file as it is, if there is one. */
const usualServings = (suitable: readonly ServingName[]): readonly ServingName[] => {
  const platforms = new Set(servingSets.study.map(platformOf));
  return [...platforms].flatMap((platform) => {
    const ofPlatform = suitable.filter((serving) => platformOf(serving) === platform);
    return ofPlatform.find(readsOnnx) ?? ofPlatform[0] ?? [];
  });
};

/** What a model leaves of a request, by its kind: servings, payloads and encodings that it can be measured with. */
const fits: Readonly<
  Record<AskedModel['kind'], (request: PlanRequest, available: Available) => FittedOptions>
> = {
  built: (request, { defaults }) => {
    const given = overridesOf(request);
    const servings =
      given.servings ?? (defaults.kind === 'deployed' ? defaults.servings : undefined);
    const overrides = servings === undefined ? given : { ...given, servings };
    return { overrides, leftOut: [], isPossible: () => true };
  },
  given: (request, { defaults, unable }) => {
    const { model, host, servings, options } = request;
    const usual = ({ targets }: TensorTargets): readonly ServingName[] => {
      const suitable = servingNames.filter((name) =>
        targets.some(({ serving }) => serving === name),
      );
      if (options.profile === 'many') return suitable;
      return options.profile === 'tune'
        ? suitable.filter((name) => chosenToday.includes(name))
        : usualServings(suitable);
    };
    const ofRuntime = host.runtime === 'running' ? () => [] : usual;
    const defaultServings = defaults.kind === 'deployed' ? () => defaults.servings : ofRuntime;
    const isStrict = servings.kind === 'named';
    return planTensors(overridesOf(request), isStrict, model, defaultServings, unable);
  },
};

/** The servings that are started for a plan, with their targets. */
const startedServings = (
  { host, servings, settings }: PlanRequest,
  { runnable }: Available,
  options: PlanOptions,
  { leftOut, isPossible }: FittedOptions,
): Omit<ChosenServings, 'servings'> & { readonly targets: readonly Target[] } => {
  if (host.runtime === 'running') return { targets: [], leftOut: [] };
  const isStrict = servings.kind === 'named';
  const choose = isStrict ? requireServings : chooseServings;
  const wanted = options.servings.filter((name) => leftOut.every((left) => left.serving !== name));
  const { servings: chosen, ...rest }: ChosenServings =
    runnable.kind === 'every'
      ? { servings: wanted, leftOut: [] }
      : choose(
          wanted,
          host.runtime === 'container' ? 'docker' : host.runtime,
          runnable.entries,
          settings.configFile,
        );
  return { ...rest, targets: buildTargets({ ...options, servings: chosen }, isStrict, isPossible) };
};

/** Leaves out the servings that hold one model, if a profile measures many. */
const withoutSingles = (
  started: ReturnType<typeof startedServings>,
  options: PlanOptions,
): ReturnType<typeof startedServings> => {
  if (!isMany(options)) return started;
  const singles = started.targets.filter(({ serving }) => manyModelsOf(serving) === undefined);
  const leftOut = singles.map(({ serving }) => ({
    serving,
    reason: 'it holds one model as this project starts it from packages',
  }));
  return {
    ...started,
    targets: started.targets.filter(({ serving }) => manyModelsOf(serving) !== undefined),
    leftOut: [...started.leftOut, ...leftOut],
  };
};

/** Plans the servers that run already. @throws BenchError if all scenarios are cold. */
const runningServings = (running: readonly RunningServer[], options: PlanOptions) => {
  const served = servedByServers(running);
  if (running.length === 0) return { targets: [], leftOut: [], served };
  if (options.scenarios.every((scenario) => scenario === 'cold')) {
    throw new BenchError('BENCH_USAGE', 'a running server has no cold start', {
      hint: 'add warm to --scenarios',
    });
  }
  const targets = buildTargets({ ...options, servings: running }, true);
  return { targets, leftOut: leftOutOf(running, options.scenarios), served };
};

/** @throws BenchError `BENCH_SETTINGS` if servers are not started here, so that their settings cannot be changed */
const assertTunable = ({ running }: Available): void => {
  if (running.length > 0) {
    throw settingsError(
      'the settings of a running server cannot be changed',
      'leave --target out, and name servings that can be started: --servings, --runtime',
    );
  }
};

/** @throws BenchError `BENCH_USAGE` if servers are not started here from packages, so that they cannot get more models */
const assertHoldsModels = ({ runtime }: PlanRequest['host'], { running }: Available): void => {
  if (runtime === 'venv' && running.length === 0) return;
  throw new BenchError(
    'BENCH_USAGE',
    '--profile many measures real servers that it starts itself',
    {
      hint: 'add --runtime venv, and leave --target and --on aws out',
    },
  );
};

/** Options of a search with simulated servers of the model of this project, which has no batches. */
const simulatedBatches = ({ host, model, options }: PlanRequest): Partial<PlanOptions> =>
  options.profile === 'tune' &&
  host.runtime === 'simulated' &&
  model.kind === 'built' &&
  (options.engine ?? 'delay') === 'delay'
    ? SIMULATED_BATCHES
    : {};

/**
 * Makes the plan of a request from what there is where it runs. The same request and the same servings always give the same plan.
 *
 * @throws BenchError if options, model and servings do not go together, or nothing is left to measure
 */
export const makePlan = (request: PlanRequest, available: Available): PlannedRun => {
  const { host, model } = request;
  const fit = fits[model.kind](request, available);
  const options = resolvePlanOptions(
    { loadGenerator: available.loadGenerator, ...simulatedBatches(request), ...fit.overrides },
    host.where,
    host.runtime,
  );
  const started = withoutSingles(startedServings(request, available, options, fit), options);
  const running = runningServings(available.running, options);
  const isTuning = isTuned(options);
  if (isMany(options)) assertHoldsModels(host, available);
  if (isTuning) assertTunable(available);
  const configured = withSettings(started.targets, {
    ...host,
    model,
    grid: options.settings,
    candidates: options.candidates,
    readsOnnx,
    isDelay: options.engine === 'delay',
    tunedCores: isTuning ? available.cores : undefined,
  });
  const served =
    started.served === undefined && available.running.length === 0
      ? undefined
      : { ...started.served, ...running.served };
  return {
    ...workOfTargets([...configured.targets, ...running.targets], options),
    options,
    host,
    served,
    servers: available.running,
    leftOut: [...started.leftOut, ...fit.leftOut, ...running.leftOut],
    settingsLeftOut: configured.leftOut,
    settings: { ...request.settings, ...available.settings },
  };
};
