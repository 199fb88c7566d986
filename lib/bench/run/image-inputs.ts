import type { Engine, Measurement, Target } from '../model/measurement.ts';
import type { Plan, RunSettings } from '../model/plan.ts';
import { oddImagesDir } from './answer-check.ts';
import { createClassJudge, type AnswerJudge } from './answer-judge.ts';
import { computeCorrectAnswers } from './correct-answers.ts';
import { readDataSet } from './data-set.ts';
import { defaultImagesDir } from './project-files.ts';
import type { EmitRunEvent } from './run-event.ts';

/** What a run sends, and what its plan says of it. */
export interface RunInputs extends Pick<Plan, 'images' | 'model'> {
  /** Absolute path of the folder with the images, or with the requests of a user's model. */
  readonly imagesDir: string;
  /** Absolute path of the file that tells programs of a user's model; undefined for images. */
  readonly tensorModelFile?: string;
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
