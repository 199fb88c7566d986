import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CLASSIFIER, withFiles, type Model } from '../../../serving-configs/models/model.ts';
import { BenchError, fileErrorText } from '../model/errors.ts';
import type { Engine, Measurement, Target } from '../model/measurement.ts';
import type { DataSetImage, Plan, RunSettings } from '../model/plan.ts';
import { oddImagesDir } from './answer-check.ts';
import { createClassJudge, type AnswerJudge } from './answer-judge.ts';
import { computeCorrectAnswers } from './correct-answers.ts';
import { defaultImagesDir } from './project-files.ts';
import type { EmitRunEvent } from './run-event.ts';

/** The inputs of a run, their description in the plan, and the judge of the answers to them. */
export interface RunInputs extends Pick<Plan, 'images' | 'model'> {
  /** Absolute path of the folder with the images, or with the requests to a user's model. */
  readonly imagesDir: string;
  /** What servings and middleware read. */
  readonly source: Model;
  /** Why JSON cannot carry the tensors of a user's model; undefined if it can. */
  readonly lostInJson?: string | undefined;
  readonly judge: AnswerJudge;
}

/** The parts of a plan that inputs and correct answers depend on. */
export interface InputsRequest {
  readonly measurements: readonly Measurement[];
  readonly targets: readonly Target[];
  /** The engine of the plan. */
  readonly engine: Engine;
  readonly runtime: Plan['runtime'];
  readonly settings: RunSettings;
}

/** The files of ResNet-50 that the settings of a run name. */
export const classifierSource = ({ modelFile, modelsFolder }: RunSettings): Model =>
  withFiles(CLASSIFIER, { weights: modelFile, folder: modelsFolder });

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
      `the images in ${folder} cannot be read: ${fileErrorText(folder, error)}`,
      { hint, cause: error },
    );
  }
};

/**
 * Reads the data set and computes the correct answers to it.
 *
 * @throws BenchError if images or model cannot be used.
 */
export const prepareImages = async (
  { measurements, targets, engine, runtime, settings }: InputsRequest,
  emit: EmitRunEvent,
  signal: AbortSignal,
): Promise<RunInputs> => {
  const { imagesDir = defaultImagesDir, modelFile, modelTrained } = settings;
  const images = await readDataSet(imagesDir);
  emit({
    event: 'preparing',
    what: 'computing the correct answers (builds the model on first use)',
  });
  const compute = (folder: string, computingEngine: Engine) =>
    computeCorrectAnswers(
      { targets, modelFile, modelTrained, imagesDir: folder, engine: computingEngine },
      signal,
    );
  const engines = [...new Set(measurements.map((measurement) => measurement.engine))];
  const answers = new Map(
    await Promise.all(engines.map(async (each) => [each, await compute(imagesDir, each)] as const)),
  );
  // After the others, because the first computation may have to build the model.
  const odd = engines.includes('onnx') ? await compute(oddImagesDir, 'onnx') : undefined;
  const model = answers.get(engine)?.model;
  if (model === undefined) throw new Error(`no answers of the engine ${engine}`);
  const judge = createClassJudge({ images, runtime }, { imagesDir, answers, odd });
  return {
    imagesDir,
    images,
    model: { kind: 'resnet50', ...model },
    source: classifierSource(settings),
    judge,
  };
};
