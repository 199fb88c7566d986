import { join } from 'node:path';
import { percentText, wrongText, faultWords } from '../wording/answer-words.ts';
import { messageOf } from '../model/errors.ts';
import type { Engine, Target } from '../model/measurement.ts';
import type { Plan, PlanHost } from '../model/plan.ts';
import type { AnswerFault, CheckedImage, ClassScore, ScoreDifference } from '../model/record.ts';
import { faredText, type AnswerComparison, type CorrectBy } from './answer-judge.ts';
import type { CorrectAnswers } from './correct-answers.ts';
import { projectRoot } from '../../../serving-configs/installation.ts';

/** The largest difference between two answers. */
interface ScoreDistance {
  /** Difference between the two probabilities of a class, as a share of the correct one. */
  readonly largest: number;
  /** The class with that difference; undefined if both answers are empty. */
  readonly at: ScoreDifference | undefined;
}

/** 1 in 1,000: a uniform guess. Below it, relative differences are rounding noise. */
const SMALLEST_SCORE = 0.001;
/** The largest possible distance; also used for values that are not numbers. */
const MAX_DISTANCE = 1 / SMALLEST_SCORE;

const distanceOf = (expected: number, answered: number): number => {
  const distance = Math.abs(expected - answered) / Math.max(expected, SMALLEST_SCORE);
  return Number.isFinite(distance) ? distance : MAX_DISTANCE;
};

const lowestOf = (scores: readonly ClassScore[]): number =>
  Math.min(...scores.map(({ score }) => score));

const scoresByClass = (scores: readonly ClassScore[]): ReadonlyMap<number, number> =>
  new Map(scores.map(({ class: index, score }) => [index, score]));

/**
 * Compares the probabilities of the best classes of an answer with the correct ones. A class that is missing from a list is taken
 * to have that list's lowest probability at most, so swapping the last two classes is not an error.
 *
 * @param answered classes that are missing from a shorter list count as 0
 */
export const compareScores = (
  expected: readonly ClassScore[],
  answered: readonly ClassScore[],
): ScoreDistance => {
  const [expectedScores, answeredScores] = [scoresByClass(expected), scoresByClass(answered)];
  const lowestExpected = lowestOf(expected);
  const lowestAnswered = answered.length < expected.length ? 0 : lowestOf(answered);
  let farthest: ScoreDistance = { largest: 0, at: undefined };
  for (const index of new Set([...expectedScores.keys(), ...answeredScores.keys()])) {
    const [correct, given] = [expectedScores.get(index), answeredScores.get(index)];
    const at: ScoreDifference = {
      class: index,
      expected: correct ?? lowestExpected,
      answered: given ?? lowestAnswered,
      ...(given === undefined && { atMost: 'answered' }),
      ...(correct === undefined && { atMost: 'expected' }),
    };
    const isBelowBound =
      (given === undefined && at.expected <= lowestAnswered) ||
      (correct === undefined && at.answered <= lowestExpected);
    const distance = isBelowBound ? 0 : distanceOf(at.expected, at.answered);
    if (farthest.at === undefined || distance > farthest.largest) {
      farthest = { largest: distance, at };
    }
  }
  return farthest;
};

/** Covers sums in another order and numbers rounded as text. Measured here on all targets: below 0.00002. */
const SAME_ARITHMETIC = 0.001;
/**
 * Covers a GPU or a compiled graph. With random weights, 0.01 % of noise in the input moves a probability by up to 0.013 and half
 * precision by 0.04. Containers on a CPU with trained weights differ by less than 0.0001.
 */
const OTHER_ARITHMETIC = 0.05;
/**
 * Covers decoding and resizing with another library. In containers, with trained weights and the eight images of the data set,
 * Pillow moves a probability by up to 0.22; TensorFlow, which does not antialias, by up to 0.53. Swapped colours or a missing crop
 * move one by 0.7 to 1.
 */
const OTHER_DECODER = 0.6;

/**
 * Largest allowed difference of a probability from the direct computation, as a share of it; see {@link compareScores}. The
 * simulated server runs the same code, and real servers from packages use the same libraries; containers bring their own.
 */
export const scoreTolerance = (
  { payload }: Pick<Target, 'payload'>,
  runtime: PlanHost['runtime'],
): number => {
  if (runtime === 'simulated' || runtime === 'venv') return SAME_ARITHMETIC;
  return payload === 'image' ? OTHER_DECODER : OTHER_ARITHMETIC;
};

/** Images that decoders treat differently: greyscale, CMYK, and one that its metadata rotates. */
export const oddImagesDir = join(projectRoot, 'k6', 'odd-images');

/** Images with their correct classes. */
interface CorrectClasses {
  readonly imagesDir: string;
  readonly files: readonly string[];
  /** The correct classes of each file, best first. */
  readonly expected: readonly (readonly ClassScore[])[];
  /** Largest allowed difference of a probability, as a share of the correct one. */
  readonly tolerance: number;
  /** Whether the direct computation used trained weights. A serving that does not report it is assumed to use the same. */
  readonly trained: boolean;
}

/** An answer of the middleware to an image. */
interface AnsweredClasses {
  /** At least one class, best first. */
  readonly top: readonly [ClassScore, ...(readonly ClassScore[])];
  /** Absent if unknown. */
  readonly trained?: boolean;
}

/** @throws Error if the answer holds no classes. */
const readClasses = (body: Buffer): AnsweredClasses => {
  const answer = JSON.parse(body.toString('utf8')) as Partial<AnsweredClasses>;
  if (answer.top?.[0] === undefined) throw new Error('an answer without classes');
  return answer as AnsweredClasses;
};

const isSameClass = ({ answeredClass, expectedClass }: CheckedImage): boolean =>
  answeredClass === expectedClass;

/** Another best class alone is not wrong: two classes within the tolerance may change places. */
const faultOf = ({ fault, difference }: CheckedImage): AnswerFault | undefined =>
  fault ?? (difference === undefined ? undefined : 'wrong-answer');

/** Says how many images got a wrong answer or none, and which was the first. */
const reasonOf = (images: readonly CheckedImage[], tolerance: number): string => {
  const withFault = (fault: AnswerFault) => images.filter((image) => faultOf(image) === fault);
  const wrong = withFault('wrong-answer');
  return faredText(
    `${images.length} images`,
    [
      [faultWords['wrong-answer'].how, wrong.filter((image) => !isSameClass(image))],
      [`with a probability more than ${percentText(tolerance)} off`, wrong.filter(isSameClass)],
      [faultWords['not-understood'].how, withFault('not-understood')],
      [faultWords['no-answer'].how, withFault('no-answer')],
    ],
    wrongText,
  );
};

const checkImage = (
  file: string,
  expected: readonly ClassScore[],
  { top }: AnsweredClasses,
  tolerance: number,
): CheckedImage => {
  const { largest, at } = compareScores(expected, top);
  return {
    file,
    expectedClass: expected[0]?.class ?? -1,
    answeredClass: top[0].class,
    largestRelativeDifference: largest,
    difference: largest <= tolerance ? undefined : at,
  };
};

/** Compares the probabilities of the best classes of images with the correct ones. */
export const compareClasses = ({
  imagesDir,
  files,
  expected,
  tolerance,
  ...computed
}: CorrectClasses): AnswerComparison<CheckedImage> => {
  let trained = false;
  return {
    folder: imagesDir,
    files,
    compare: (file, answered, at) => {
      const correct = expected[at] ?? [];
      const failed = { file, expectedClass: correct[0]?.class ?? -1 };
      if (!answered.ok) return { ...failed, fault: answered.fault, error: answered.error };
      try {
        const classes = readClasses(answered.body);
        trained = computed.trained && classes.trained !== false;
        return checkImage(file, correct, classes, tolerance);
      } catch (error) {
        return { ...failed, fault: 'not-understood', error: messageOf(error) };
      }
    },
    faultOf,
    reasonOf: (images) => reasonOf(images, tolerance),
    recordOf: (images) => ({ trained, relativeTolerance: tolerance, images }),
  };
};

interface ClassAnswers {
  readonly imagesDir: string;
  /** The correct answers of every engine in the plan. */
  readonly answers: ReadonlyMap<Engine, CorrectAnswers>;
  /** The correct answers to the odd images; undefined if no engine in the plan computes. */
  readonly odd: CorrectAnswers | undefined;
}

const expectClasses = (values: readonly number[]) => ({ pointer: '/top/0/class', values });

/** The classes of images are correct if the best one is the same and the probabilities are close. */
export const correctByClasses = (
  { images, runtime }: Pick<Plan, 'images' | 'runtime'>,
  { imagesDir, answers, odd }: ClassAnswers,
): CorrectBy<CheckedImage> => {
  const files = images.map(({ file }) => file);
  const correctTop = (engine: Engine, target: Target): ReturnType<CorrectAnswers['topOf']> =>
    answers.get(engine)?.topOf(target) ?? [];
  const comparisonOf = (
    engine: Engine,
    target: Target,
    sent: Pick<CorrectClasses, 'imagesDir' | 'files' | 'expected'>,
  ) =>
    compareClasses({
      ...sent,
      // The no-op and delay engines always belong to the simulated server.
      tolerance: scoreTolerance(target, engine === 'onnx' ? runtime : 'simulated'),
      trained: answers.get(engine)?.model.trained ?? false,
    });

  return {
    comparisonOf: ({ target, engine }) =>
      comparisonOf(engine, target, { imagesDir, files, expected: correctTop(engine, target) }),
    oddOf: ({ target, engine }) =>
      // The other engines do not look at the image.
      odd === undefined || engine !== 'onnx'
        ? undefined
        : comparisonOf(engine, target, {
            imagesDir: oddImagesDir,
            files: odd.files,
            expected: odd.topOf(target),
          }),
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
