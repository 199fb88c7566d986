import type { ServingName } from '../../../serving-configs/index.ts';
import type { Payload } from '../../../serving-configs/manifest.ts';
import type { Engine, Target } from '../model/measurement.ts';
import type { ModelFiles } from '../model/plan.ts';
import type { ClassScore } from '../model/record.ts';
import { childOutput } from './child-process.ts';
import { scripts } from './project-files.ts';

/** The correct answers, computed directly and not through a serving. */
export interface CorrectAnswers {
  readonly model: { readonly file: string; readonly sha256: string; readonly trained: boolean };
  /** Names of the images, in the order in which they are sent. */
  readonly files: readonly string[];
  /** The best classes of each image, best first, in the order of `files`. */
  readonly topOf: (
    target: Pick<Target, 'serving' | 'payload'>,
  ) => readonly (readonly ClassScore[])[];
}

interface AnswersDocument {
  readonly model: { readonly file?: string; readonly sha256?: string; readonly trained: boolean };
  readonly answers: readonly {
    readonly serving: ServingName;
    readonly payload: Payload;
    readonly images: readonly {
      readonly file: string;
      readonly top: readonly ClassScore[];
    }[];
  }[];
}

interface AnswersRequest {
  readonly imagesDir: string;
  readonly targets: readonly Target[];
  readonly engine: Engine;
  readonly modelFiles?: ModelFiles | undefined;
}

/**
 * Computes the correct answer of every target to every image, in a separate process. Builds the model on first use.
 *
 * @throws BenchError with the message of that process, if images or model cannot be used.
 */
export const computeCorrectAnswers = async (
  { imagesDir, targets, engine, modelFiles }: AnswersRequest,
  signal: AbortSignal,
): Promise<CorrectAnswers> => {
  const pairs = new Map(
    targets.map(({ serving, payload }) => [`${serving}/${payload}`, { serving, payload }]),
  );
  const args = [
    '--images',
    imagesDir,
    '--targets',
    JSON.stringify([...pairs.values()]),
    '--engine',
    engine,
    ...(modelFiles === undefined || engine !== 'onnx' ? [] : ['--weights', modelFiles.onnx]),
  ];
  const what = 'the correct answers could not be computed';
  const output = await childOutput(scripts.direct, args, { code: 'BENCH_ANSWERS', what }, signal);
  const { model, answers } = JSON.parse(output) as AnswersDocument;
  const tops = new Map(
    answers.map(({ serving, payload, images }) => [
      `${serving}/${payload}`,
      images.map(({ top }) => top),
    ]),
  );
  return {
    model: {
      file: model.file ?? `none (engine ${engine})`,
      sha256: model.sha256 ?? '',
      trained: model.trained && modelFiles?.trained !== false,
    },
    files: answers[0]?.images.map(({ file }) => file) ?? [],
    topOf: ({ serving, payload }) => tops.get(`${serving}/${payload}`) ?? [],
  };
};
