import { join } from 'node:path';
import { percentText, wrongText } from '../analysis/odd-images.ts';
import { messageOf } from '../model/errors.ts';
import type { Target } from '../model/measurement.ts';
import type { PlanPlace } from '../model/plan.ts';
import type { AnswerCheck, CheckedImage, ScoredClass, ScoreDifference } from '../model/record.ts';
import { checkEach, type CheckRequest } from './infer.ts';
import { projectRoot } from './project-files.ts';

/** How far two answers differ. */
interface ScoreDistance {
  /** The largest difference between two probabilities of a class, as a share of the right one. */
  readonly largest: number;
  /** The class of that; undefined if both answers are empty. */
  readonly at: ScoreDifference | undefined;
}

/**
 * The probability of a class picked at random from a thousand. Below it a relative difference means nothing: rounding in a text
 * may be as large.
 */
const SMALLEST_SCORE = 0.001;
/** The largest possible difference; also used for values that are not numbers. */
const LARGEST_DISTANCE = 1 / SMALLEST_SCORE;

const distanceOf = (expected: number, answered: number): number => {
  const distance = Math.abs(expected - answered) / Math.max(expected, SMALLEST_SCORE);
  return Number.isFinite(distance) ? distance : LARGEST_DISTANCE;
};

const leastOf = (scores: readonly ScoredClass[]): number =>
  Math.min(...scores.map(({ score }) => score));

const scoreIn = (scores: readonly ScoredClass[], wanted: number): number | undefined =>
  scores.find((one) => one.class === wanted)?.score;

/**
 * Compares the probabilities of the best classes of an answer with the right ones. A class that only one of them lists has at
 * most the lowest listed probability in the other, so two classes that change places at the end of the list differ by no more
 * than their probabilities do.
 *
 * @param answered classes that are missing from a shorter list count as 0
 */
export const compareScores = (
  expected: readonly ScoredClass[],
  answered: readonly ScoredClass[],
): ScoreDistance => {
  const leastExpected = leastOf(expected);
  const leastAnswered = answered.length < expected.length ? 0 : leastOf(answered);
  const ofExpected = expected.map(({ class: index, score }) => {
    const given = scoreIn(answered, index);
    return given === undefined
      ? {
          distance: score <= leastAnswered ? 0 : distanceOf(score, leastAnswered),
          at: {
            class: index,
            expected: score,
            answered: leastAnswered,
            atMost: 'answered' as const,
          },
        }
      : {
          distance: distanceOf(score, given),
          at: { class: index, expected: score, answered: given },
        };
  });
  const ofAnswered = answered
    .filter((one) => scoreIn(expected, one.class) === undefined)
    .map(({ class: index, score }) => ({
      distance: score <= leastExpected ? 0 : distanceOf(leastExpected, score),
      at: { class: index, expected: leastExpected, answered: score, atMost: 'expected' as const },
    }));
  const [first, ...others] = [...ofExpected, ...ofAnswered];
  if (first === undefined) return { largest: 0, at: undefined };
  const { distance, at } = others.reduce(
    (far, one) => (one.distance > far.distance ? one : far),
    first,
  );
  return { largest: distance, at };
};

/** Rounding of sums in another order and of numbers written as text. Measured on all targets here: below 0.00002. */
const SAME_ARITHMETIC = 0.001;
/**
 * Other arithmetic: a GPU, or a compiled graph. An input with 0.01 % of noise moves a probability of random weights by up to
 * 0.013, half precision by 0.04. Containers on a CPU with trained weights: below 0.0001.
 */
const OTHER_ARITHMETIC = 0.05;
/**
 * The platform decodes and resizes the image with another library. In containers, with trained weights and the eight images of
 * the data set, Pillow moves a probability by up to 0.22, TensorFlow, which resizes without looking at all pixels, by up to
 * 0.53. Swapped colours or a missing crop move one by 0.7 to 1.
 */
const OTHER_DECODER = 0.6;

/**
 * How far the probability of a class may differ from the direct computation, as a share of it; see {@link compareScores}. The
 * simulated server is the same code, and real servers from packages use the same libraries. Containers bring their own.
 */
export const scoreTolerance = (
  { payload }: Pick<Target, 'payload'>,
  runtime: PlanPlace['runtime'],
): number => {
  if (runtime === 'simulated' || runtime === 'venv') return SAME_ARITHMETIC;
  return payload === 'image' ? OTHER_DECODER : OTHER_ARITHMETIC;
};

/** Images that decoders treat differently: greyscale, CMYK, and one that is turned by its metadata. */
export const oddImagesDir = join(projectRoot, 'k6', 'odd-images');

interface AnswerCheckRequest extends CheckRequest {
  readonly imagesDir: string;
  readonly files: readonly string[];
  /** The right classes of each file, best first. */
  readonly expected: readonly (readonly ScoredClass[])[];
  /** How far a probability may lie from the right one, as a share of it. */
  readonly tolerance: number;
  /** Whether the weights of the direct computation are; assumed of a serving that does not say. */
  readonly trained: boolean;
}

/** An answer of the middleware. */
interface Classes {
  /** At least one class, best first. */
  readonly top: readonly [ScoredClass, ...(readonly ScoredClass[])];
  /** Absent if unknown. */
  readonly trained?: boolean;
}

/** @throws Error where an answer holds no classes. */
export const readClasses = (body: Buffer): Classes => {
  const answer = JSON.parse(body.toString('utf8')) as Partial<Classes>;
  if (answer.top?.[0] === undefined) throw new Error('an answer without classes');
  return answer as Classes;
};

const isSameClass = ({ answeredClass, expectedClass }: CheckedImage): boolean =>
  answeredClass === expectedClass;

/** Two best classes within the tolerance may change places. */
const isWrong = ({ error, difference }: CheckedImage): boolean =>
  error !== undefined || difference !== undefined;

/** What differed: how many images, and the first of them. */
const reasonOf = (images: readonly CheckedImage[], tolerance: number): string | undefined => {
  const wrong = images.filter(isWrong);
  const kinds = [
    ['without the correct answer', wrong.filter((image) => !isSameClass(image))],
    [`with a probability more than ${percentText(tolerance)} off`, wrong.filter(isSameClass)],
  ] as const;
  const sentences = kinds.flatMap(([what, [first, ...others]]) =>
    first === undefined
      ? []
      : `${others.length + 1} of ${images.length} images ${what}, first ${first.file}: ${wrongText(first)}`,
  );
  return sentences.length === 0 ? undefined : sentences.join('; ');
};

const checkImage = (
  file: string,
  expected: readonly ScoredClass[],
  { top }: Classes,
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

/**
 * Sends every image to a target, one after the other, and compares the best class and the probabilities of the best five with
 * the right ones.
 */
export const checkAnswers = async (request: AnswerCheckRequest): Promise<AnswerCheck> => {
  const { imagesDir, files, expected, tolerance } = request;
  let trained = false;
  const { checked, facts } = await checkEach(
    request,
    { folder: imagesDir, files },
    (file, answered, at): CheckedImage => {
      const right = expected[at] ?? [];
      try {
        if (!answered.ok) throw new Error(answered.error);
        const classes = readClasses(answered.body);
        trained = request.trained && classes.trained !== false;
        return checkImage(file, right, classes, tolerance);
      } catch (error) {
        return { file, expectedClass: right[0]?.class ?? -1, error: messageOf(error) };
      }
    },
    (images) => reasonOf(images, tolerance),
  );
  return { ...facts, trained, relativeTolerance: tolerance, images: checked };
};
