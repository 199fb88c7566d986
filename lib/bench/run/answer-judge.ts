import type { LoadJob } from '../load/job.ts';
import type { Engine, Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { AnswerCheck } from '../model/record.ts';
import { checkAnswers, oddImagesDir, readClasses, scoreTolerance } from './answer-check.ts';
import type { CorrectAnswers } from './correct-answers.ts';
import type { CheckRequest } from './infer.ts';

/** How a run tells right answers from wrong ones. */
export interface AnswerJudge {
  /** Sends every input to a target, one after the other, and compares the answers with the right ones. */
  readonly check: (request: CheckRequest) => Promise<AnswerCheck>;
  /**
   * What the load is to expect of a target.
   *
   * @param seen the check of the target
   */
  readonly expect: (
    measured: { readonly target: Target; readonly engine: Engine },
    seen: AnswerCheck | undefined,
  ) => LoadJob['expect'];
  /** What the load is to expect of a serving that gives this answer to every input. */
  readonly expectSame: (answer: Buffer) => LoadJob['expect'];
}

/** What classes of images are judged by. */
export interface ClassAnswers {
  readonly imagesDir: string;
  /** The correct answers for every engine of the plan. */
  readonly answers: ReadonlyMap<Engine, CorrectAnswers>;
  /** Those of the plan's engine to the odd images; undefined for an engine that looks at none. */
  readonly odd: CorrectAnswers | undefined;
}

const expectClasses = (values: readonly number[]) => ({ pointer: '/top/0/class', values });

/** Judges the classes of images. */
export const createClassJudge = (
  { images, runtime }: Pick<Plan, 'images' | 'runtime'>,
  { imagesDir, answers, odd }: ClassAnswers,
): AnswerJudge => {
  const files = images.map(({ file }) => file);
  const rightTop = (engine: Engine, target: Target): ReturnType<CorrectAnswers['topOf']> =>
    answers.get(engine)?.topOf(target) ?? [];

  return {
    check: async (request) => {
      const { target, engine } = request;
      const judged = {
        ...request,
        // For the no-op and delay engines it is that of the simulated server, whatever the runtime.
        tolerance: scoreTolerance(target, engine === 'onnx' ? runtime : 'simulated'),
        trained: answers.get(engine)?.model.trained ?? false,
      };
      const expected = rightTop(engine, target);
      const answered = await checkAnswers({ ...judged, imagesDir, files, expected });
      // Engines that compute nothing look at no image.
      if (answered.state === 'failed' || odd === undefined || engine !== 'onnx') return answered;
      const sent = { imagesDir: oddImagesDir, files: odd.files, expected: odd.topOf(target) };
      // A difference is a finding about the serving and decides nothing: the load has no such images, unless the user put them there.
      return { ...answered, odd: (await checkAnswers({ ...judged, ...sent })).images };
    },
    // The class that the check has seen, since two best classes within the tolerance may have changed places.
    expect: ({ target, engine }, seen) =>
      expectClasses(
        rightTop(engine, target).map(
          ([right], index) => seen?.images[index]?.answeredClass ?? right?.class ?? -1,
        ),
      ),
    expectSame: (answer) => {
      const { top } = readClasses(answer);
      return expectClasses(images.map(() => top[0].class));
    },
  };
};
