import type { CheckedImage, ScoreDifference } from '../model/record.ts';

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

/** Why the answer to an image is wrong; undefined if it is correct. */
export const wrongText = (image: CheckedImage): string | undefined => {
  const { error, answeredClass, expectedClass, difference } = image;
  if (error !== undefined) return error;
  if (difference === undefined) return undefined;
  if (answeredClass !== expectedClass) return `class ${answeredClass} instead of ${expectedClass}`;
  const { expected, answered } = scoresText(difference);
  return `class ${difference.class} has ${answered} instead of ${expected}`;
};
