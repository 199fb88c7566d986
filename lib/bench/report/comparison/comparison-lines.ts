import type { ComparedRun, Comparison } from '../../analysis/comparison/comparison.ts';
import { dayTimeText } from '../day-time-text.ts';
import { wordText } from '../verdict-columns.ts';

const WORDS = ['slower', 'faster', 'equivalent', 'undecided', 'withheld'] as const;

/** `1 slower, 3 equivalent`: how many rows have which word, the gravest first. */
export const countsText = ({ changes }: Comparison): string =>
  WORDS.flatMap((word) => {
    const count = changes.filter((change) => wordText(change) === word).length;
    return count === 0 ? [] : [`${count} ${word}`];
  }).join(', ');

/** What the words are worth; undecided and withheld rows claim nothing that could be wrong. */
const errorText = ({ changes, familyError }: Comparison): string =>
  changes.some(({ word }) => word !== 'undecided')
    ? ` The chance that any “faster”, “slower” or “equivalent” is wrong is at most ${familyError * 100} %, as far as nothing but the noise of repeats is at work.`
    : '';

const runText = ({ folder, createdAt, valid }: ComparedRun): string =>
  `${folder} (${dayTimeText(createdAt)}, ${valid ? 'VALID' : 'INVALID'})`;

/** What is compared, and what it came to, as sentences for the head of every output. */
export const headLines = (comparison: Comparison): readonly string[] => {
  const { before, after, changes } = comparison;
  return [
    `Before: ${runText(before)}. After: ${runText(after)}.`,
    `Of ${changes.length} ${changes.length === 1 ? 'row' : 'rows'}: ${countsText(comparison)}.${errorText(comparison)}`,
  ];
};

/** The sentences of all rows whose word is a change, the gravest first. */
export const changedSentences = ({ changes }: Comparison): readonly string[] =>
  (['slower', 'faster'] as const).flatMap((word) =>
    changes.filter((change) => change.word === word).map(({ sentence }) => sentence),
  );

/** What stands in the place of these sentences where there are none. */
export const unchangedText = ({ changes }: Comparison): string =>
  changes.every(({ withheld }) => withheld !== undefined)
    ? 'Nothing can be said: the verdicts of all rows are withheld.'
    : 'No row is slower or faster beyond doubt.';

const onlyText = (rows: readonly string[], which: string): readonly string[] =>
  rows.length === 0 ? [] : [`Only ${which}: ${rows.join('; ')}.`];

/** What must be known besides the figures. */
export const noticeLines = ({ notices, onlyBefore, onlyAfter }: Comparison): readonly string[] => [
  ...notices,
  ...onlyText(onlyBefore, 'before'),
  ...onlyText(onlyAfter, 'after'),
];
