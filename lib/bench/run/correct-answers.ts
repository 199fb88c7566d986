import type { ServingName } from '../../../serving-configs/index.ts';
import type { Payload } from '../../../serving-configs/manifest.ts';
import type { OwnModel, UserModel } from '../model-file/described-model.ts';
import type { Engine, Target } from '../model/measurement.ts';
import type { ModelFiles } from '../model/plan.ts';
import type { ClassScore } from '../model/record.ts';
import { childOutput } from './child-process.ts';
import { scripts } from './project-files.ts';

/** The time of a direct computation. */
export interface DirectTime {
  /** How long the model took for the fastest answer; absent if no model computes. */
  readonly fastestMs?: number | undefined;
}

/** The correct classes, computed directly and not through a serving. */
export interface CorrectAnswers extends DirectTime {
  readonly model: { readonly file: string; readonly sha256: string; readonly trained: boolean };
  /** Names of the images, in the order in which they are sent. */
  readonly files: readonly string[];
  /** The best classes of each image, best first, in the order of `files`. */
  readonly topOf: (
    target: Pick<Target, 'serving' | 'payload'>,
  ) => readonly (readonly ClassScore[])[];
}

type ClassesByTarget = readonly {
  readonly serving: ServingName;
  readonly payload: Payload;
  readonly images: readonly {
    readonly file: string;
    readonly top: readonly ClassScore[];
  }[];
}[];

/** What the program of the direct computation prints. */
interface AnswersDocument extends DirectTime {
  readonly model: { readonly file?: string; readonly sha256?: string; readonly trained: boolean };
  readonly answers: ClassesByTarget;
  readonly further?: ClassesByTarget;
}

interface AnswersRequest {
  readonly served: Pick<OwnModel['served'], 'file'>;
  readonly imagesDir: string;
  /** A second folder, for an engine with a model. */
  readonly furtherDir?: string;
  readonly targets: readonly Target[];
  readonly engine: Engine;
  readonly modelFiles?: ModelFiles | undefined;
}

/** Runs the direct computation in a separate process. */
const compute = async (args: readonly string[], signal: AbortSignal): Promise<AnswersDocument> => {
  const failure = {
    code: 'BENCH_ANSWERS',
    what: 'the correct answers could not be computed',
  } as const;
  return JSON.parse(await childOutput(scripts.direct, args, failure, signal)) as AnswersDocument;
};

/**
 * Computes the correct answer of every target to every image, in a separate process. Builds the model on first use.
 *
 * @returns the answers to the images, and to those of the second folder, if there is one
 * @throws BenchError with the message of that process, if images or model cannot be used.
 */
export const computeCorrectAnswers = async (
  { served, imagesDir, furtherDir, targets, engine, modelFiles }: AnswersRequest,
  signal: AbortSignal,
): Promise<CorrectAnswers & { readonly further: CorrectAnswers | undefined }> => {
  const pairs = new Map(
    targets.map(({ serving, payload }) => [`${serving}/${payload}`, { serving, payload }]),
  );
  const args = [
    '--requests',
    imagesDir,
    ...(furtherDir === undefined ? [] : ['--further', furtherDir]),
    '--classifier',
    served.file,
    '--targets',
    JSON.stringify([...pairs.values()]),
    '--engine',
    engine,
    ...(modelFiles === undefined || engine !== 'onnx' ? [] : ['--model', modelFiles.onnx]),
  ];
  const { model, answers, further, fastestMs } = await compute(args, signal);
  const answersOf = (best: ClassesByTarget): CorrectAnswers => {
    const tops = new Map(
      best.map(({ serving, payload, images }) => [
        `${serving}/${payload}`,
        images.map(({ top }) => top),
      ]),
    );
    return {
      fastestMs,
      model: {
        file: model.file ?? `none (engine ${engine})`,
        sha256: model.sha256 ?? '',
        trained: model.trained && modelFiles?.trained !== false,
      },
      files: best[0]?.images.map(({ file }) => file) ?? [],
      topOf: ({ serving, payload }) => tops.get(`${serving}/${payload}`) ?? [],
    };
  };
  return { ...answersOf(answers), further: further && answersOf(further) };
};

/**
 * Computes the correct answer to each body of a request, in a separate process, and writes its body into a folder, under the same name.
 *
 * @throws BenchError with the message of that process, if a request or the model cannot be used.
 */
export const writeCorrectAnswers = (
  requestsDir: string,
  answersDir: string,
  onnx: string,
  checks: UserModel['checks'],
  signal: AbortSignal,
): Promise<DirectTime> =>
  compute(
    [
      `--requests=${requestsDir}`,
      `--answers=${answersDir}`,
      `--model=${onnx}`,
      `--checks=${JSON.stringify(checks)}`,
    ],
    signal,
  );
