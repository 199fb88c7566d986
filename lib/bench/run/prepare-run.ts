import type { RunningServer } from '../../../serving-configs/running-server.ts';
import { BenchError, systemCodeOf } from '../model/errors.ts';
import type { PlanOptions, PlanOverrides } from '../model/plan-options.ts';
import { planArguments } from '../plan/command-line.ts';
import { contradictions, isMany } from '../plan/resolve-plan-options.ts';
import type { AskedModel, Plan, PlanHost, RunSettings } from '../model/plan.ts';
import { askedModel } from '../plan/planned-model.ts';
import type { PlanRequest } from '../plan/plan-request.ts';
import { planHash, sealPlan } from '../plan/seal-plan.ts';
import {
  createRunFolder,
  diskFull,
  readEnvironment,
  readPlan,
  runFilesIn,
} from '../results/run-folder.ts';
import { lockRunFolder } from '../results/run-lock.ts';
import { readMachine } from '../../aws/node/system/machine.ts';
import { assertLoadGenerator } from '../load/k6/k6-process.ts';
import { counted } from '../wording/format-number.ts';
import {
  assertNoInputs,
  discardInputs,
  prepareInputs,
  type InputsOrigin,
  type RunInputs,
} from './inputs.ts';
import { modelsFolderOf, planModels, type ManyInputs } from './many/models.ts';
import { workOfTargets, type PlannedRun } from './make-plan.ts';
import type { EmitRunEvent } from './run-event.ts';

/** A run that can start or be resumed. */
export interface PreparedRun extends Omit<RunInputs, 'images' | 'model' | 'lostInJson'> {
  readonly folder: string;
  readonly plan: Plan;
  /** The running servers of the plan, with their headers. */
  readonly servers: readonly RunningServer[];
  /** Releases the lock of the folder. */
  readonly release: () => Promise<void>;
}

interface PrepareContext {
  readonly emit: EmitRunEvent;
  readonly signal: AbortSignal;
}

/** The profile of a plan may fix the number of processes of the middleware. */
const assertProcesses = (
  { profile, middleware }: PlanOptions,
  { processes }: RunSettings,
): void => {
  if (middleware === undefined || processes === undefined) return;
  if (processes === middleware.processes) return;
  throw new BenchError(
    'BENCH_USAGE',
    `the profile ${profile} gives the middleware ${counted(middleware.processes, 'process', 'processes')}, but --processes is ${processes}`,
    { hint: 'leave --processes out, or use the profile replicate-2021' },
  );
};

interface NewRun {
  readonly folder: string;
  readonly planned: PlannedRun;
  readonly inputs: InputsOrigin;
}

/**
 * Leaves out the targets with JSON if JSON would round the tensors, because their answers would be wrong through no fault of the
 * servers.
 *
 * @throws BenchError if no target is left.
 */
const withoutLossyJson = (planned: PlannedRun, lostInJson: string | undefined): PlannedRun => {
  if (lostInJson === undefined) return planned;
  const targets = planned.targets.filter(({ encoding }) => encoding !== 'json');
  if (targets.length === 0) {
    throw new BenchError('BENCH_NO_TARGET', `every target of this run sends JSON: ${lostInJson}`, {
      hint: 'use --protocols grpc or --encodings binary; for a running server, give its gRPC port',
    });
  }
  const lossy = planned.targets.filter(({ encoding }) => encoding === 'json');
  const leftOut = lossy.map(({ serving, protocol }) => ({
    serving,
    reason: `no JSON over ${protocol}: ${lostInJson}`,
  }));
  return {
    ...planned,
    ...workOfTargets(targets, planned.options),
    leftOut: [...planned.leftOut, ...leftOut],
  };
};

/**
 * Completes the plan of a new run and creates its folder.
 *
 * @throws BenchError if options, images, model or folder cannot be used.
 */
export const prepareNewRun = async (
  { folder, planned, inputs: origin }: NewRun,
  { emit, signal }: PrepareContext,
): Promise<PreparedRun> => {
  const { options, settings, host } = planned;
  assertProcesses(options, settings);
  await createRunFolder(folder, undefined);
  assertNoInputs(folder, origin);
  await assertLoadGenerator(options);
  const needed = { ...planned, engine: options.engine, runtime: host.runtime };
  const prepared = prepareInputs(folder, origin, needed, emit, signal).then(
    ({ lostInJson, ...inputs }) => ({ inputs, kept: withoutLossyJson(planned, lostInJson) }),
  );
  const discard = async (error: unknown): Promise<never> => {
    await discardInputs(folder, origin);
    throw systemCodeOf(error) === 'ENOSPC' ? diskFull(folder, error) : error;
  };
  const { inputs, kept } = await prepared.catch(discard);
  const { images, model, ...forRun } = inputs;
  const many = isMany(options)
    ? await planModels(
        await modelsFolderOf(settings, options.counts ?? [], signal),
        options,
        {
          requestsDir: forRun.imagesDir,
          files: images.map(({ file }) => file),
          checks: model.checks as ManyInputs['checks'],
        },
        signal,
      ).catch(discard)
    : undefined;
  const plan = sealPlan({ ...kept, images, model, many, createdAt: new Date() });
  await createRunFolder(folder, plan).catch(discard);
  const release = await lockRunFolder(runFilesIn(folder).lock);
  return { ...forRun, folder, plan, servers: planned.servers, release };
};

type OtherCode = `BENCH_OTHER_${'HOST' | 'MACHINE' | 'OPTIONS' | 'INPUTS' | 'MODEL' | 'PLAN'}`;

const refuse = (code: OtherCode, folder: string, reason: string, remedy: string): BenchError =>
  new BenchError(code, `the run in ${folder} cannot be resumed: ${reason}`, {
    hint: `${remedy}, or start a new run`,
  });

/** A run must be resumed on the same host, or its figures would mix different machines or servings. */
const assertSameHost = (folder: string, plan: Plan, { where, runtime }: PlanHost): void => {
  if (plan.where !== where) {
    const remedy = 'resume it there: npx serving-compare run --on aws --resume RUN_ID';
    throw refuse('BENCH_OTHER_HOST', folder, `it runs on node pairs, not here`, remedy);
  }
  if (plan.runtime !== runtime) {
    const reason = `it began with --runtime ${plan.runtime}, and this is ${runtime}`;
    throw refuse('BENCH_OTHER_HOST', folder, reason, 'use the one that it began with');
  }
};

/** On AWS a run may be resumed on replaced nodes; the environment then lists both. */
const assertSameMachine = async (folder: string, { where }: Plan): Promise<void> => {
  const environment = await readEnvironment(folder);
  if (environment === undefined || where === 'aws') return;
  const machine = await readMachine();
  for (const fact of ['cpuModel', 'cores', 'architecture'] as const) {
    if (machine[fact] === environment.machine[fact]) continue;
    throw refuse(
      'BENCH_OTHER_MACHINE',
      folder,
      `it began on another machine (${fact} ${environment.machine[fact]}, here ${machine[fact]})`,
      'resume it there',
    );
  }
};

/** An option as the user types it; empty if it has no value. */
const argumentOf = (options: PlanOverrides, name: keyof PlanOptions): string =>
  planArguments({ [name]: options[name] });

const assertSameOptions = (folder: string, { options }: Plan, overrides: PlanOverrides): void => {
  const [other] = contradictions(overrides, options);
  if (other === undefined) return;
  throw refuse(
    'BENCH_OTHER_OPTIONS',
    folder,
    `it began with ${argumentOf(options, other) || 'no such option'}, but this command has ${argumentOf(overrides, other)}`,
    'leave out the options of its plan',
  );
};

/** How to get back the files that a run began with. */
const undoChanges = ({ settings: { model: named, modelFiles } }: Plan): string => {
  // The images of an ONNX file are not beside it.
  const where = named === undefined || named === modelFiles?.onnx ? '' : ` in or beside ${named}`;
  return `put back the files that it began with${where}`;
};

/** What a description alone says of a model, to compare it. */
const describedText = ({ kind, name, otherFormats, precisions, checks }: AskedModel): string =>
  JSON.stringify([kind, name, otherFormats, precisions, checks]);

/** What the description of a model and its inputs say of it, to compare it. */
const modelText = ({ model }: Plan): string => {
  const { inputs, outputs, correctFrom } = model;
  return JSON.stringify([describedText(model), inputs, outputs, correctFrom]);
};

/** Refuses another model before its inputs are written over those of the run. */
const assertSameDescription = (folder: string, plan: Plan, origin: InputsOrigin): void => {
  if (origin.kind === 'folder') return;
  const { name } = origin.model;
  if (describedText(askedModel(origin.model)) === describedText(plan.model)) return;
  if (name === plan.model.name) {
    const reason = 'the description of the model has changed';
    throw refuse('BENCH_OTHER_MODEL', folder, reason, undoChanges(plan));
  }
  const reason = `it measures the model ${plan.model.name}, and this is ${name}`;
  throw refuse('BENCH_OTHER_MODEL', folder, reason, 'give the model that it began with');
};

const assertSameInputs = (folder: string, plan: Plan, now: Plan): void => {
  const before = new Map(plan.images.map(({ file, sha256 }) => [file, sha256]));
  const isSame =
    before.size === now.images.length &&
    now.images.every(({ file, sha256 }) => before.get(file) === sha256);
  const undo = undoChanges(plan);
  if (!isSame)
    throw refuse('BENCH_OTHER_INPUTS', folder, 'the images or inputs have changed', undo);
  if (plan.model.sha256 !== now.model.sha256) {
    throw refuse('BENCH_OTHER_MODEL', folder, 'the model has changed (its SHA-256 differs)', undo);
  }
  if (modelText(plan) !== modelText(now)) {
    throw refuse('BENCH_OTHER_MODEL', folder, 'the description of the model has changed', undo);
  }
  if (planHash(now) !== plan.hash)
    throw refuse('BENCH_OTHER_PLAN', folder, 'its plan.json was edited', 'undo that');
};

interface ResumedRun extends Pick<PlanRequest, 'settings'>, Pick<PreparedRun, 'servers'> {
  readonly folder: string;
  /** Options that the user gives again. */
  readonly overrides: PlanOverrides;
  readonly host: PlanHost;
  readonly inputs: InputsOrigin;
}

/**
 * Resumes a run that was cut off.
 *
 * @throws BenchError if another process runs it, or if options, images, model or machine have changed.
 */
export const prepareResumedRun = async (
  { folder, overrides, settings, host, inputs: origin, servers }: ResumedRun,
  { emit, signal }: PrepareContext,
): Promise<PreparedRun> => {
  const plan = await readPlan(folder);
  assertSameHost(folder, plan, host);
  assertSameOptions(folder, plan, overrides);
  assertSameDescription(folder, plan, origin);
  await assertLoadGenerator(plan.options);
  await assertSameMachine(folder, plan);
  const release = await lockRunFolder(runFilesIn(folder).lock);
  try {
    // Options of the command line take precedence.
    const modelFiles = settings.modelFiles && {
      ...plan.settings.modelFiles,
      ...settings.modelFiles,
    };
    const merged = { ...plan.settings, ...settings, ...(modelFiles && { modelFiles }) };
    assertProcesses(plan.options, merged);
    const needed = { ...plan, engine: plan.options.engine, settings: merged };
    const prepared = await prepareInputs(folder, origin, needed, emit, signal);
    const { images, model, lostInJson: _, ...inputs } = prepared;
    assertSameInputs(folder, plan, { ...plan, images, model });
    return { ...inputs, folder, plan: { ...plan, settings: merged }, servers, release };
  } catch (error) {
    await release();
    throw error;
  }
};
