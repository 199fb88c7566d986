import type { LoadJob } from '../load/job.ts';
import type { Engine, Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { AnswerCheck } from '../model/record.ts';
import { checkAnswers, oddImagesDir, readClasses, scoreTolerance } from './answer-check.ts';
import type { CorrectAnswers } from './correct-answers.ts';
import type { CheckRequest } from './check-each-file.ts';

/** Tells correct answers from wrong ones. */
export interface AnswerJudge {
  /** Sends every input to a target, one after the other, and compares the answers with the correct ones. */
  readonly check: (request: CheckRequest) => Promise<AnswerCheck>;
  /**
   * The answers that the load generator must expect from a target.
   *
   * @param check the answer check of the target, if there was one
   */
  readonly expect: (
    measured: { readonly target: Target; readonly engine: Engine },
    check: AnswerCheck | undefined,
  ) => LoadJob['expect'];
  /** The answers that the load generator must expect from a serving that answers every input like this. */
  readonly expectSame: (answer: Buffer) => LoadJob['expect'];
}

interface ClassAnswers {
  readonly imagesDir: string;
  /** The correct answers of every engine in the plan. */
  readonly answers: ReadonlyMap<Engine, CorrectAnswers>;
  /** The correct answers to the odd images; undefined if no engine in the plan computes. */
  readonly odd: CorrectAnswers | undefined;
}

const expectClasses = (values: readonly number[]) => ({ pointer: '/top/0/class', values });

/** Judges the classes of images. */
export const createClassJudge = (
  { images, runtime }: Pick<Plan, 'images' | 'runtime'>,
  { imagesDir, answers, odd }: ClassAnswers,
): AnswerJudge => {
  const files = images.map(({ file }) => file);
  const correctTop = (engine: Engine, target: Target): ReturnType<CorrectAnswers['topOf']> =>
    answers.get(engine)?.topOf(target) ?? [];

  return {
    check: async (request) => {
      const { target, engine } = request;
      const judged = {
        ...request,
        // The no-op and delay engines always belong to the simulated server.
        tolerance: scoreTolerance(target, engine === 'onnx' ? runtime : 'simulated'),
        trained: answers.get(engine)?.model.trained ?? false,
      };
      const expected = correctTop(engine, target);
      const answered = await checkAnswers({ ...judged, imagesDir, files, expected });
      // The other engines do not look at the image.
      if (answered.state === 'failed' || odd === undefined || engine !== 'onnx') return answered;
      const sent = { imagesDir: oddImagesDir, files: odd.files, expected: odd.topOf(target) };
      // Differences are reported and do not fail the check, because the load usually contains no such images.
      return { ...answered, odd: (await checkAnswers({ ...judged, ...sent })).images };
    },
    // Prefers the class that the check received, because two classes within the tolerance may change places.
    expect: ({ target, engine }, check) =>
      expectClasses(
        correctTop(engine, target).map(
          ([correct], index) => check?.images[index]?.answeredClass ?? correct?.class ?? -1,
        ),
      ),
    expectSame: (answer) => {
      const { top } = readClasses(answer);
      return expectClasses(images.map(() => top[0].class));
    },
  };
};
