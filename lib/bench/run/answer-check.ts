import { join } from 'node:path';
import { percentText, wrongText } from '../analysis/wrong-answer.ts';
import type { Engine, Target } from '../model/measurement.ts';
import type { AnswerCheck, CheckedImage, ScoredClass } from '../model/record.ts';
import { compareScores } from './compare-scores.ts';
import { infer, inferUrl, type InferOutcome } from './infer.ts';

export interface AnswerCheckRequest {
  readonly target: Target;
  readonly engine: Engine;
  readonly middlewareUrl: string;
  readonly imagesDir: string;
  readonly files: readonly string[];
  /** The right classes of each file, best first. */
  readonly expected: readonly (readonly ScoredClass[])[];
  /** How far a probability may lie from the right one, as a share of it. */
  readonly tolerance: number;
  /** Whether the model of the direct computation is; a serving of which nobody knows counts as having the same. */
  readonly trained: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const isSameClass = ({ answeredClass, expectedClass }: CheckedImage): boolean =>
  answeredClass === expectedClass;

/** Two best classes whose probabilities differ by less than the tolerance may change places. */
const isWrong = ({ error, difference }: CheckedImage): boolean =>
  error !== undefined || difference !== undefined;

/** Says what differed: how many images, and the first of them. */
const reasonOf = (images: readonly CheckedImage[], tolerance: number): string | undefined => {
  const sentence = (wrong: readonly CheckedImage[], what: string): readonly string[] => {
    const [first] = wrong;
    return first === undefined
      ? []
      : [
          `${wrong.length} of ${images.length} images ${what}, first ${first.file}: ${wrongText(first)}`,
        ];
  };
  const sentences = [
    ...sentence(
      images.filter((image) => isWrong(image) && !isSameClass(image)),
      'without the correct answer',
    ),
    ...sentence(
      images.filter((image) => isWrong(image) && isSameClass(image)),
      `with a probability more than ${percentText(tolerance)} off`,
    ),
  ];
  return sentences.length === 0 ? undefined : sentences.join('; ');
};

const checkImage = (
  file: string,
  expected: readonly ScoredClass[],
  outcome: InferOutcome,
  tolerance: number,
): CheckedImage => {
  const expectedClass = expected[0]?.class ?? -1;
  if (!outcome.ok) return { file, expectedClass, error: outcome.error };
  const { largest, at } = compareScores(expected, outcome.top);
  return {
    file,
    expectedClass,
    answeredClass: outcome.top[0].class,
    largestRelativeDifference: largest,
    ...(largest <= tolerance || at === undefined ? {} : { difference: at }),
  };
};

/**
 * Sends every image through a target, one after the other, and compares the best class, and the probabilities of the best
 * five, with the right ones.
 */
export const checkAnswers = async (request: AnswerCheckRequest): Promise<AnswerCheck> => {
  const { target, engine, files, expected, tolerance } = request;
  const startedAt = new Date().toISOString();
  const url = inferUrl(request.middlewareUrl, target);
  const images: CheckedImage[] = [];
  let trained = false;
  for (const [index, file] of files.entries()) {
    request.signal.throwIfAborted();
    const outcome = await infer(url, join(request.imagesDir, file), request.timeoutMs);
    if (outcome.ok) trained = request.trained && outcome.trained !== false;
    images.push(checkImage(file, expected[index] ?? [], outcome, tolerance));
  }
  const reason = reasonOf(images, tolerance);
  return {
    kind: 'answer-check',
    target,
    engine,
    state: reason === undefined ? 'passed' : 'failed',
    startedAt,
    trained,
    relativeTolerance: tolerance,
    images,
    ...(reason === undefined ? {} : { reason }),
  };
};
