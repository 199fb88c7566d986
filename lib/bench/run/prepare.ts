import { BenchError } from '../model/errors.ts';
import { buildMeasurements } from '../plan/build-plan.ts';
import { buildTargets } from '../plan/build-targets.ts';
import type { Measurement, Engine, Target } from '../model/measurement.ts';
import type { PlanOptions, PlanOverrides } from '../model/plan-options.ts';
import { contradictions } from '../plan/plan-options.ts';
import { HERE, type Plan, type PlanPlace, type RunSettings } from '../model/plan.ts';
import { buildSearches } from '../plan/slo-search.ts';
import { planHash, sealPlan } from '../plan/seal-plan.ts';
import type { ChosenServings } from './runtime/choose-servings.ts';
import { createRunFolder, readEnvironment, readPlan, runFilesIn } from '../results/run-folder.ts';
import { lockRunFolder } from '../results/run-lock.ts';
import { readDataSet } from './data-set.ts';
import { computeCorrectAnswers, type CorrectAnswers } from './correct-answers.ts';
import { readMachine } from './environment.ts';
import { demandLoadGenerator } from '../load/k6/program.ts';
import { counted } from '../wording/format-number.ts';
import { oddImagesDir } from './answer-check.ts';
import { defaultImagesDir } from './project-files.ts';
import type { EmitRunEvent } from './run-event.ts';

/** A run that can start or be resumed. */
export interface PreparedRun {
  readonly folder: string;
  readonly plan: Plan;
  readonly imagesDir: string;
  readonly answers: ReadonlyMap<Engine, CorrectAnswers>;
  /** Those of the plan's engine to the odd images; undefined for an engine that looks at none. */
  readonly odd: CorrectAnswers | undefined;
  /** Gives the folder's lock back. */
  readonly release: () => Promise<void>;
}

interface Context {
  readonly emit: EmitRunEvent;
  readonly signal: AbortSignal;
}

type Answers = Pick<PreparedRun, 'answers' | 'odd'>;

const computeAnswers = async (
  measurements: readonly Measurement[],
  targets: readonly Target[],
  settings: RunSettings,
  { emit, signal }: Context,
): Promise<Answers> => {
  emit({
    event: 'preparing',
    what: 'computing the correct answers (builds the model at the first use)',
  });
  const imagesDir = settings.imagesDir ?? defaultImagesDir;
  const { modelFile, modelTrained } = settings;
  const engines = [...new Set(measurements.map(({ engine }) => engine))];
  const answers = await Promise.all(
    engines.map(async (engine) => {
      const direct = await computeCorrectAnswers(
        { imagesDir, targets, engine, modelFile, modelTrained },
        signal,
      );
      return [engine, direct] as const;
    }),
  );
  // Not beside the others: at its first use they build the model.
  const odd = engines.includes('onnx')
    ? await computeCorrectAnswers(
        { imagesDir: oddImagesDir, targets, engine: 'onnx', modelFile, modelTrained },
        signal,
      )
    : undefined;
  return { answers: new Map(answers), odd };
};

const modelOf = (answers: ReadonlyMap<Engine, CorrectAnswers>, engine: Engine): Plan['model'] => {
  const direct = answers.get(engine);
  if (direct === undefined) throw new Error(`no answers of the engine ${engine}`);
  return direct.model;
};

/** A plan that sets the middleware says how many processes it has. */
const demandOwnProcesses = (
  { profile, middleware }: PlanOptions,
  { processes }: RunSettings,
): void => {
  if (middleware === undefined || processes === undefined) return;
  if (processes === middleware.processes) return;
  throw new BenchError(
    'BENCH_USAGE',
    `the profile ${profile} gives the middleware ${counted(middleware.processes, 'process', 'processes')}, but --processes is ${processes}`,
    { hint: 'leave --processes out, or take the profile published' },
  );
};

export interface NewRun {
  readonly folder: string;
  readonly options: PlanOptions;
  /** Whether each of the servings must take part. */
  readonly strict: boolean;
  readonly settings: RunSettings;
  /** Undefined: the simulated server on this machine. */
  readonly place?: PlanPlace;
  /** The servings that can take part; undefined: all that the options name. */
  readonly chosen?: ChosenServings;
}

/**
 * Makes the plan of a new run and its folder.
 *
 * @throws BenchError if options, images, model or folder are not usable.
 */
export const prepareNewRun = async (request: NewRun, context: Context): Promise<PreparedRun> => {
  const { folder, options, strict, settings, place, chosen } = request;
  demandOwnProcesses(options, settings);
  const { servings, ...facts } = chosen ?? { servings: options.servings };
  const targets = buildTargets({ ...options, servings }, strict);
  const measurements = buildMeasurements(targets, options);
  const searches = buildSearches(targets, options);
  await createRunFolder(folder, undefined);
  await demandLoadGenerator(options);
  const imagesDir = settings.imagesDir ?? defaultImagesDir;
  const images = await readDataSet(imagesDir);
  const { answers, odd } = await computeAnswers(measurements, targets, settings, context);
  const model = modelOf(answers, options.engine);
  const createdAt = new Date();
  const parts = {
    options,
    settings,
    targets,
    measurements,
    searches,
    images,
    model,
    createdAt,
    place,
  };
  const plan = sealPlan({ ...parts, ...facts });
  await createRunFolder(folder, plan);
  const release = await lockRunFolder(runFilesIn(folder).lock);
  return { folder, plan, imagesDir, answers, odd, release };
};

const refuse = (folder: string, reason: string, cause?: unknown): BenchError =>
  new BenchError('BENCH_OTHER_PLAN', `the run in ${folder} cannot be resumed: ${reason}`, {
    hint: 'resume it without other options on the machine where it began, or start a new run',
    cause,
  });

/** A run is resumed in the same place only: half of its figures would be of other machines or other servings. */
const demandSamePlace = (folder: string, plan: Plan, { where, runtime }: PlanPlace): void => {
  if (plan.where === where && plan.runtime === runtime) return;
  throw new BenchError(
    'BENCH_OTHER_PLAN',
    `the run in ${folder} cannot be resumed here: it ran on ${plan.where} with runtime ${plan.runtime}, and this is ${where} with runtime ${runtime}`,
    {
      hint:
        plan.where === 'aws'
          ? 'resume it where it began: npx serving-compare run --on aws --resume RUN_ID'
          : 'resume it on the machine where it began, or start a new run',
    },
  );
};

/** On AWS a run may be resumed with new nodes of a pair; the environment then has both. */
const demandSameMachine = async (folder: string, { where }: Plan): Promise<void> => {
  const environment = await readEnvironment(folder);
  if (environment === undefined || where === 'aws') return;
  const machine = await readMachine();
  for (const fact of ['cpuModel', 'cores', 'architecture'] as const) {
    if (machine[fact] === environment.machine[fact]) continue;
    throw refuse(
      folder,
      `it began on another machine (${fact} ${environment.machine[fact]}, here ${machine[fact]})`,
    );
  }
};

const demandSamePlan = (folder: string, plan: Plan, said: PlanOverrides): PlanOptions => {
  const { options } = plan;
  const [other] = contradictions(said, options);
  if (other !== undefined) {
    throw refuse(
      folder,
      `the option ${other} is ${JSON.stringify(said[other])}, and its plan has ${JSON.stringify(options[other])}`,
    );
  }
  return options;
};

/** Options of the command line win; the others stay. */
const settingsOf = (plan: Plan, said: RunSettings): RunSettings => ({ ...plan.settings, ...said });

const demandSameInputs = (folder: string, plan: Plan, now: Plan): void => {
  const before = new Map(plan.images.map(({ file, sha256 }) => [file, sha256]));
  const isSame =
    before.size === now.images.length &&
    now.images.every(({ file, sha256 }) => before.get(file) === sha256);
  if (!isSame) throw refuse(folder, 'the images have changed');
  if (plan.model.sha256 !== now.model.sha256) {
    throw refuse(folder, 'the model has changed (its SHA-256 differs)');
  }
  if (planHash(now) !== plan.hash) throw refuse(folder, 'its plan has changed');
};

export interface ResumedRun {
  readonly folder: string;
  readonly said: PlanOverrides;
  readonly settings: RunSettings;
  /** Undefined: the simulated server on this machine. */
  readonly place?: PlanPlace;
}

/**
 * Resumes a run that was cut off.
 *
 * @throws BenchError if another process runs it, or if options, images, model or machine have changed.
 */
export const prepareResumedRun = async (
  { folder, said, settings, place = HERE }: ResumedRun,
  context: Context,
): Promise<PreparedRun> => {
  const plan = await readPlan(folder);
  demandSamePlace(folder, plan, place);
  await demandLoadGenerator(demandSamePlan(folder, plan, said));
  await demandSameMachine(folder, plan);
  const release = await lockRunFolder(runFilesIn(folder).lock);
  try {
    const merged = settingsOf(plan, settings);
    demandOwnProcesses(plan.options, merged);
    const imagesDir = merged.imagesDir ?? defaultImagesDir;
    const images = await readDataSet(imagesDir);
    const { answers, odd } = await computeAnswers(plan.measurements, plan.targets, merged, context);
    const model = modelOf(answers, plan.options.engine);
    demandSameInputs(folder, plan, { ...plan, images, model });
    return { folder, plan: { ...plan, settings: merged }, imagesDir, answers, odd, release };
  } catch (error) {
    await release();
    throw error;
  }
};
