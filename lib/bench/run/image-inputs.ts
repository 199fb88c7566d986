import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchError, messageOf } from '../model/errors.ts';
import type { Engine, Measurement, Target } from '../model/measurement.ts';
import type { DataSetImage, Plan, RunSettings } from '../model/plan.ts';
import { oddImagesDir } from './answer-check.ts';
import { createClassJudge, type AnswerJudge } from './answer-judge.ts';
import { computeCorrectAnswers } from './correct-answers.ts';
import { defaultImagesDir } from './project-files.ts';
import type { EmitRunEvent } from './run-event.ts';

/** What a run sends, and what its plan says of it. */
export interface RunInputs extends Pick<Plan, 'images' | 'model'> {
  /** Absolute path of the folder with the images, or with the requests of a user's model. */
  readonly imagesDir: string;
  /** Absolute path of the file that tells programs of a user's model; undefined for images. */
  readonly tensorModelFile?: string;
  /** Why JSON cannot carry the tensors of a user's model; undefined where it can. */
  readonly lostInJson?: string | undefined;
  readonly judge: AnswerJudge;
}

/** What is planned, as far as inputs and right answers depend on it. */
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
 * The images of a folder by name, with their hashes.
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
      `the images in ${folder} cannot be read: ${messageOf(error)}`,
      { hint, cause: error },
    );
  }
};

/**
 * Reads the data set, and computes the correct answers to it.
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
    what: 'computing the correct answers (builds the model at the first use)',
  });
  const common = { targets, modelFile, modelTrained };
  const engines = [...new Set(measurements.map((one) => one.engine))];
  const computed = await Promise.all(
    engines.map(
      async (one) =>
        [one, await computeCorrectAnswers({ ...common, imagesDir, engine: one }, signal)] as const,
    ),
  );
  const answers = new Map(computed);
  // Not beside the others: at its first use they build the model.
  const odd = engines.includes('onnx')
    ? await computeCorrectAnswers({ ...common, imagesDir: oddImagesDir, engine: 'onnx' }, signal)
    : undefined;
  const model = answers.get(engine)?.model;
  if (model === undefined) throw new Error(`no answers of the engine ${engine}`);
  const judge = createClassJudge({ images, runtime }, { imagesDir, answers, odd });
  return { imagesDir, images, model, judge };
};
