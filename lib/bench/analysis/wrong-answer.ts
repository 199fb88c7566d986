import type { CheckedImage, ScoreDifference } from '../model/record.ts';

/** Enough digits to see a difference of the least tolerance. */
const DIGITS = 4;

const scoreText = (score: number): string => String(Number(score.toPrecision(DIGITS)));

/** A share of a probability, in per cent. */
export const percentText = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** The probability that was expected and the one that was answered, in words. */
export const scoresText = ({
  expected,
  answered,
  atMost,
}: ScoreDifference): { readonly expected: string; readonly answered: string } => ({
  expected: (atMost === 'expected' ? 'at most ' : '') + scoreText(expected),
  answered: (atMost === 'answered' ? 'at most ' : '') + scoreText(answered),
});

/** What is wrong with the answer to one image, in words; undefined where it is right. */
export const wrongText = (image: CheckedImage): string | undefined => {
  const { error, answeredClass, expectedClass, difference } = image;
  if (error !== undefined) return error;
  if (difference === undefined) return undefined;
  if (answeredClass !== expectedClass) return `class ${answeredClass} instead of ${expectedClass}`;
  const { expected, answered } = scoresText(difference);
  return `class ${difference.class} has ${answered} instead of ${expected}`;
};
