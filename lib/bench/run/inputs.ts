import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { endpointOf, isRunningServer } from '../../../serving-configs/index.ts';
import { readGivenModel, type Model } from '../../../serving-configs/models/model.ts';
import { precisionOf } from '../../../serving-configs/settings.ts';
import { BenchError, folderErrorText } from '../model/errors.ts';
import type { Engine, Measurement, Target } from '../model/measurement.ts';
import type { DataSetImage, Plan, RunSettings } from '../model/plan.ts';
import { askedModel, plannedModel } from '../plan/planned-model.ts';
import type { AnyModel, InputSource, OwnModel } from '../model-file/described-model.ts';
import { imageTargets } from '../model-file/model-targets.ts';
import { createJudge, type AnswerJudge } from './answer-judge.ts';
import { correctByClasses, oddImagesDir } from './compare-classes.ts';
import { correctByOutputs } from './compare-outputs.ts';
import { computeCorrectAnswers } from './correct-answers.ts';
import { defaultImagesDir } from './project-files.ts';
import type { EmitRunEvent } from './run-event.ts';
import {
  fastModelText,
  modelFolderOf,
  precisionAnswersIn,
  readWrittenInputs,
  tryTensors,
  writeTensorInputs,
  type TriedModel,
  type WrittenInputs,
} from './tensor-inputs.ts';

/** The requests of a run, and the files of its model. */
export interface RunRequests extends Pick<Plan, 'images'> {
  /** Absolute path of the folder with what is sent: images, or named tensors. */
  readonly imagesDir: string;
  /** Absolute path of the data set of the middleware, which does not start without one. */
  readonly dataSetDir: string;
  /** What servings and middleware read. */
  readonly source: Model;
}

/** The inputs of a run, the model in the plan, and the judge of the answers to them. */
export interface RunInputs extends RunRequests, Pick<Plan, 'model'> {
  /** Why JSON cannot carry the tensors; undefined if it can. */
  readonly lostInJson?: string | undefined;
  readonly judge: AnswerJudge;
}

/** Where the inputs of a run come from: the description of its model, or its folder, where another machine's have been put. */
export type InputsOrigin =
  | { readonly kind: 'description'; readonly model: AnyModel }
  | { readonly kind: 'folder' };

/** The parts of a plan that inputs and correct answers depend on. */
export interface InputsRequest {
  readonly measurements: readonly Measurement[];
  readonly targets: readonly Target[];
  /** The engine of the plan. */
  readonly engine: Engine;
  readonly runtime: Plan['runtime'];
  readonly settings: RunSettings;
}

const IMAGE = /\.(jpe?g|png|webp)$/i;

/**
 * Lists the images of a folder in the order of their names, with their hashes.
 *
 * @throws BenchError if the folder cannot be read or holds none.
 */
export const readDataSet = async (folder: string): Promise<readonly DataSetImage[]> => {
  const hint = 'give a folder with JPEG, PNG or WebP files with --images';
  try {
    const files = (await readdir(folder)).filter((file) => IMAGE.test(file)).toSorted();
    if (files.length === 0) {
      throw new BenchError('BENCH_NO_IMAGES', `there are no images in ${folder}`, { hint });
    }
    return await Promise.all(
      files.map(async (file) => ({
        file,
        sha256: createHash('sha256')
          .update(await readFile(join(folder, file)))
          .digest('hex'),
      })),
    );
  } catch (error) {
    if (error instanceof BenchError) throw error;
    throw new BenchError(
      'BENCH_NO_IMAGES',
      `the images in ${folder} cannot be read: ${folderErrorText(folder, error)}`,
      { hint, cause: error },
    );
  }
};

/** The images of a data set, for the model that every platform has in its own form. */
const imageRequests = async (
  { source, served }: OwnModel,
  { imagesDir = source.folder, modelFiles }: RunSettings,
): Promise<RunRequests> => ({
  imagesDir,
  dataSetDir: imagesDir,
  images: await readDataSet(imagesDir),
  source: { ...served, weights: modelFiles?.onnx, folder: modelFiles?.folder },
});

/** Reads the data set and computes the correct answers to it. */
const imageInputs = async (
  own: OwnModel,
  { measurements, targets, engine, runtime, settings }: InputsRequest,
  emit: EmitRunEvent,
  signal: AbortSignal,
): Promise<RunInputs> => {
  const { served } = own;
  const { modelFiles } = settings;
  const requests = await imageRequests(own, settings);
  const { imagesDir, images } = requests;
  emit({
    event: 'preparing',
    what: 'computing the correct answers (builds the model on first use)',
  });
  const compute = (computing: Engine) => {
    const furtherDir = computing === 'onnx' ? { furtherDir: oddImagesDir } : {};
    const request = { served, targets, modelFiles, imagesDir, engine: computing, ...furtherDir };
    return computeCorrectAnswers(request, signal);
  };
  const engines = [...new Set([engine, ...measurements.map((measurement) => measurement.engine)])];
  const answers = new Map(
    await Promise.all(engines.map(async (each) => [each, await compute(each)] as const)),
  );
  const odd = answers.get('onnx')?.further;
  const computed = answers.get(engine)?.model;
  if (computed === undefined) throw new Error(`no answers of the engine ${engine}`);
  const { trained, ...file } = computed;
  const weights = trained ? 'trained' : 'random';
  return {
    ...requests,
    model: plannedModel(askedModel(own), { ...file, weights }, modelFiles?.title),
    judge: createJudge(correctByClasses({ images, runtime }, { imagesDir, answers, odd })),
  };
};

/** Computes the correct answers to the default payloads of all servings, as a run does, without keeping them. */
const tryImages = async (own: OwnModel, signal: AbortSignal): Promise<TriedModel> => {
  const targets = imageTargets.filter(
    ({ serving, protocol, payload }) => endpointOf(serving, protocol)?.defaultPayload === payload,
  );
  const { folder: imagesDir } = own.source;
  const request = { served: own.served, targets, imagesDir, engine: 'onnx' } as const;
  const { fastestMs } = await computeCorrectAnswers(request, signal);
  return { warnings: [], fastestMs };
};

/** The named tensors in a run folder. */
const writtenRequests = ({ images, files }: WrittenInputs): RunRequests => ({
  imagesDir: files.requests,
  dataSetDir: defaultImagesDir,
  images,
  source: readGivenModel(files.model),
});

/** The named tensors in a folder that was written for another machine. */
export const requestsIn = async (root: string): Promise<RunRequests> =>
  writtenRequests(await readWrittenInputs(root));

/** Reads the named tensors in a run folder, and the correct answers to them. */
const writtenInputs = async (folder: string): Promise<RunInputs> => {
  const written = await readWrittenInputs(modelFolderOf(folder));
  const { files, images, model, labels, lostInJson } = written;
  return {
    ...writtenRequests(written),
    model,
    lostInJson,
    judge: createJudge(
      correctByOutputs({
        files: images.map(({ file }) => file),
        requestsDir: files.requests,
        answersDir: files.answers,
        checks: model.checks,
        precisions: Object.fromEntries(
          Object.entries(model.precisions ?? {}).map(([precision, { checks }]) => [
            precision,
            { checks, answersDir: precisionAnswersIn(modelFolderOf(folder), precision) },
          ]),
        ),
        labels,
      }),
    ),
  };
};

/** How the inputs of a run are prepared for one model. */
interface InputsOfModel {
  readonly prepare: (
    request: InputsRequest,
    emit: EmitRunEvent,
    signal: AbortSignal,
  ) => Promise<RunInputs>;
  /** Computes the correct answers alone, without keeping them. */
  readonly try: (signal: AbortSignal) => Promise<TriedModel>;
  /** Prepares the requests alone. */
  readonly requests: (settings: RunSettings, signal: AbortSignal) => Promise<RunRequests>;
  /** The folder that it writes; absent if it writes none. */
  readonly root?: string;
}

/** Images are read where they are; named tensors are written into the run folder. */
const inputsOfModel = (folder: string, model: AnyModel): InputsOfModel => {
  if (model.kind === 'built') {
    return {
      prepare: (...rest) => imageInputs(model, ...rest),
      try: (signal) => tryImages(model, signal),
      requests: (settings) => imageRequests(model, settings),
    };
  }
  const root = modelFolderOf(folder);
  return {
    root,
    prepare: async ({ engine, targets, measurements }, emit, signal) => {
      const precisions = new Set(targets.flatMap(({ settings }) => precisionOf(settings) ?? []));
      const time = await writeTensorInputs(root, model, emit, signal, [...precisions]);
      const isCpuMeasured = !targets.some(({ serving }) => isRunningServer(serving));
      // Many models are asked without the middleware.
      const isThroughRig = measurements.length > 0;
      const text = engine === 'onnx' && isThroughRig ? fastModelText(time, { isCpuMeasured }) : '';
      if (text !== '') emit({ event: 'warning', text: `! ${text}` });
      return writtenInputs(folder);
    },
    try: (signal) => tryTensors(model, signal),
    requests: async (_, signal) => {
      await writeTensorInputs(root, model, () => undefined, signal);
      return writtenRequests(await readWrittenInputs(root));
    },
  };
};

/**
 * Prepares the inputs of a run and computes the correct answers to them.
 *
 * @param folder the run folder, into which named tensors are written
 * @throws BenchError if images, inputs or model cannot be used.
 */
export const prepareInputs = async (
  folder: string,
  origin: InputsOrigin,
  ...rest: Parameters<InputsOfModel['prepare']>
): Promise<RunInputs> =>
  origin.kind === 'folder'
    ? writtenInputs(folder)
    : inputsOfModel(folder, origin.model).prepare(...rest);

/**
 * Computes the correct answers to the inputs of a model as a run does, without keeping them.
 *
 * @throws BenchError if inputs or model cannot be used.
 */
export const tryModel = (model: AnyModel, signal: AbortSignal): Promise<TriedModel> =>
  inputsOfModel('', model).try(signal);

/** The first answer of a model is slow, and one random input may be accepted by chance. */
const FEW_INPUTS = 4;

/** The first inputs of a source, if it can be cut short. */
const fewOf = (source: InputSource): InputSource => {
  switch (source.from) {
    case 'random':
      return { ...source, count: Math.min(source.count, FEW_INPUTS) };
    case 'images':
      return { ...source, files: source.files.slice(0, FEW_INPUTS) };
    case 'npy':
      return { ...source, requests: source.requests.slice(0, FEW_INPUTS) };
    case 'perf_analyzer':
    case 'zero':
      return source;
    default:
      return source satisfies never;
  }
};

/**
 * Tries the first inputs of a model.
 *
 * @throws BenchError if inputs or model cannot be used.
 */
export const tryFewInputs = (model: AnyModel, signal: AbortSignal): Promise<TriedModel> =>
  tryModel({ ...model, source: fewOf(model.source) } as AnyModel, signal);

/** @throws BenchError if a new run would write its inputs among files that are there already. */
export const assertNoInputs = (folder: string, origin: InputsOrigin): void => {
  if (origin.kind === 'folder') return;
  const { root } = inputsOfModel(folder, origin.model);
  if (root === undefined || !existsSync(root)) return;
  throw new BenchError(
    'BENCH_FOLDER_IN_USE',
    `${root} is there already, and the run writes its inputs there`,
    { hint: 'give another --output' },
  );
};

/** Leaves nothing behind of the inputs of a run that cannot start. */
export const discardInputs = async (folder: string, origin: InputsOrigin): Promise<void> => {
  const root =
    origin.kind === 'folder' ? modelFolderOf(folder) : inputsOfModel(folder, origin.model).root;
  if (root === undefined) return;
  await rm(root, { recursive: true, force: true });
  await rmdir(folder).catch(() => undefined);
};

/**
 * Prepares requests without comparing answers.
 *
 * @param folder where named tensors are written
 */
export const prepareRequests = (
  folder: string,
  model: AnyModel,
  ...rest: Parameters<InputsOfModel['requests']>
): Promise<RunRequests> => inputsOfModel(folder, model).requests(...rest);
