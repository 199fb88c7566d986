import { type Target, targetId } from '../model/measurement.ts';
import type { AnswerCheck, CheckedImage, ResultRecord, ScoreDifference } from '../model/record.ts';
import { compareTargets } from './row-order.ts';

/** Enough to show a difference of the smallest tolerance. */
const DIGITS = 4;

const scoreText = (score: number): string => String(Number(score.toPrecision(DIGITS)));

/** A relative difference in percent. */
export const percentText = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** The expected and the answered probability as texts. */
export const scoresText = ({
  expected,
  answered,
  atMost,
}: ScoreDifference): { readonly expected: string; readonly answered: string } => ({
  expected: (atMost === 'expected' ? 'at most ' : '') + scoreText(expected),
  answered: (atMost === 'answered' ? 'at most ' : '') + scoreText(answered),
});

/** Why the answer to an image is wrong; undefined if it is right. */
export const wrongText = (image: CheckedImage): string | undefined => {
  const { error, answeredClass, expectedClass, difference } = image;
  if (error !== undefined) return error;
  if (difference === undefined) return undefined;
  if (answeredClass !== expectedClass) return `class ${answeredClass} instead of ${expectedClass}`;
  const { expected, answered } = scoresText(difference);
  return `class ${difference.class} has ${answered} instead of ${expected}`;
};

/** How the targets of a run answer an image that decoders treat differently. */
export interface OddImage {
  readonly file: string;
  /** Number of targets that answer like the direct computation. */
  readonly alike: number;
  /** The others, with their answers. */
  readonly unlike: readonly { readonly target: Target; readonly what: string }[];
}

/** The odd images of a run, in the order in which they were sent. If a target was checked again, its last answers count. */
export const oddImagesOf = (records: readonly ResultRecord[]): readonly OddImage[] => {
  const answerChecks = new Map<string, AnswerCheck>();
  for (const record of records) {
    if (record.kind === 'answer-check' && record.odd !== undefined) {
      answerChecks.set(targetId(record.target), record);
    }
  }
  const inOrder = [...answerChecks.values()].toSorted((a, b) => compareTargets(a.target, b.target));
  const files = new Set(inOrder.flatMap(({ odd = [] }) => odd.map(({ file }) => file)));
  return [...files].map((file) => {
    const answers = inOrder.flatMap(({ target, odd = [] }) =>
      odd
        .filter((image) => image.file === file)
        .map((image) => ({ target, what: wrongText(image) })),
    );
    const unlike = answers.flatMap(({ target, what }) =>
      what === undefined ? [] : [{ target, what }],
    );
    return { file, alike: answers.length - unlike.length, unlike };
  });
};
