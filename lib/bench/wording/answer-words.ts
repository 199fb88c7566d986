import type { FailureClass } from '../model/load-result.ts';
import type { AnswerFault, CheckedImage, ScoreDifference } from '../model/record.ts';
import type { PrecisionAccuracy } from '../model/plan.ts';
import type { ComparedOutput } from '../../../serving-configs/models/tensors/compare-tensors.ts';

interface FaultWords {
  /** What a target does: `gives no answer`. */
  readonly gives: string;
  readonly gave: string;
  /** What came from it: `no answer`. */
  readonly what: string;
  /** How an input of an answer check fared: `2 of 8 images without an answer`. */
  readonly how: string;
}

/** The three ways in which an answer fails, in words. */
export const faultWords: Readonly<Record<AnswerFault, FaultWords>> = {
  'wrong-answer': {
    gives: 'gives wrong answers',
    gave: 'gave wrong answers',
    what: 'wrong answers',
    how: 'without the correct answer',
  },
  'not-understood': {
    gives: 'gives answers that are not understood',
    gave: 'gave answers that were not understood',
    what: 'answers not understood',
    how: 'with an answer that was not understood',
  },
  'no-answer': {
    gives: 'gives no answer',
    gave: 'gave no answer',
    what: 'no answer',
    how: 'without an answer',
  },
};

const FAILURE_WORDS: Readonly<Record<string, string>> = {
  connect: 'no connection',
  timeout: 'no answer in time',
  reset: 'the connection broke',
  'wrong-answer': 'wrong answer',
  'not-understood': 'answer not understood',
  unsent: 'not sent, because too many were waiting',
};

/** Why a request failed, in words: `status 503`, or `status 503 of the server` if it is not that of the middleware. */
export const failureWords = (failure: FailureClass | 'unsent'): string => {
  const [of, status] = failure.split('-');
  return FAILURE_WORDS[failure] ?? `status ${status}${of === 'server' ? ' of the server' : ''}`;
};

/** Enough to show a difference of the smallest tolerance. */
const DIGITS = 4;

const scoreText = (score: number): string => String(Number(score.toPrecision(DIGITS)));

/** A relative difference in percent. */
export const percentText = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** How the answers of a precision differ from those of the model: `int8: ROWS and DIFFERENCE`. */
export const accuracyText = (
  precision: string,
  { rows, sameTop1, largestDifference }: PrecisionAccuracy,
): string => {
  const top = rows === 0 ? '' : `the same top class as the model in ${sameTop1} of ${rows} rows; `;
  return `${precision}: ${top}its answers differ from those of the model by at most ${percentText(largestDifference)} of the largest value`;
};

/** The expected and the answered probability as texts. */
export const scoresText = ({
  expected,
  answered,
  atMost,
}: ScoreDifference): { readonly expected: string; readonly answered: string } => ({
  expected: (atMost === 'expected' ? 'at most ' : '') + scoreText(expected),
  answered: (atMost === 'answered' ? 'at most ' : '') + scoreText(answered),
});

/** Why the answer to an image is wrong; undefined if it is correct. */
export const wrongText = (image: CheckedImage): string | undefined => {
  const { error, answeredClass, expectedClass, difference } = image;
  if (error !== undefined) return error;
  if (difference === undefined) return undefined;
  if (answeredClass !== expectedClass) return `class ${answeredClass} instead of ${expectedClass}`;
  const { expected, answered } = scoresText(difference);
  return `class ${difference.class} has ${answered} instead of ${expected}`;
};

const WRONG = {
  missing: 'is missing',
  type: 'has another type',
  shape: 'has another shape',
} as const satisfies Record<NonNullable<ComparedOutput['wrong']>, string>;

/** Describes how an output differs from the expected one. */
export const wrongOutputText = ({
  output,
  check,
  wrong,
  worst,
  cosine,
  atLeast,
}: ComparedOutput): string => {
  if (wrong !== undefined) return `output "${output}" ${WRONG[wrong]}`;
  if (check === 'cosine') {
    const bound = atLeast === undefined ? '' : `, and must be at least ${atLeast}`;
    return `the cosine between output "${output}" and the correct one is ${cosine?.toPrecision(4) ?? 'not a number'}${bound}`;
  }
  if (worst === undefined) return `output "${output}" differs`;
  const { index, expected, answered } = worst;
  const what = check === 'top1' ? 'has its largest value at' : 'is';
  return `output "${output}" at [${index.join()}] ${what} ${answered} instead of ${expected}`;
};

/** Describes how an expected output that came with the inputs differs from the one that ONNX Runtime computes. */
export const unlikeOutputText = (compared: ComparedOutput): string => {
  const { output, check, worst, cosine } = compared;
  if (worst === undefined) return `${wrongOutputText(compared)} than with ONNX Runtime`;
  const { index, expected, answered } = worst;
  const what = check === 'top1' ? 'has its largest value at' : 'is';
  const angle = cosine === undefined ? '' : ` (the cosine is ${cosine.toPrecision(4)})`;
  return `output "${output}" at [${index.join()}] ${what} ${expected}, and ONNX Runtime gives ${answered}${angle}`;
};
