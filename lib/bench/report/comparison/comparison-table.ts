import type { Change, ComparedRun, Comparison } from '../../analysis/comparison/comparison.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { levelLabel, targetLabels } from '../../wording/labels.ts';
import { dayTimeText } from '../day-time-text.ts';
import { figureColumn, textColumn, valueColumn, type KeyedColumn } from '../keyed-column.ts';
import { headColumns } from '../target-column.ts';
import { wordText } from '../verdict-columns.ts';

const FIGURE_TEXTS: Readonly<Record<Change['figure'], string>> = {
  'request rate': 'rate, requests/s',
  'median response time': 'median, ms',
  'p95 response time': 'p95, ms',
};

/** The columns of the table of changes. */
export const changeColumns = ({ changes, after }: Comparison): readonly KeyedColumn<Change>[] => [
  ...headColumns<Change>(
    targetLabels(
      changes.map(({ target }) => target),
      after,
    ),
  ),
  textColumn('load', 'Load', ({ level }) => levelLabel(level)),
  textColumn('figure', 'Figure', ({ figure }) => FIGURE_TEXTS[figure]),
  valueColumn('before', 'Before', ({ before }) => before),
  valueColumn('after', 'After', (change) => change.after),
  textColumn('word', 'After is', wordText),
  valueColumn('ratio', 'Ratio', ({ ratio }) => ratio?.value),
  valueColumn('ratio_low', 'From', ({ ratio }) => ratio?.interval?.low),
  valueColumn('ratio_high', 'To', ({ ratio }) => ratio?.interval?.high),
  figureColumn('repeats', 'Repeats', ({ repeats }) => String(repeats)),
];

const WORDS = ['slower', 'faster', 'equivalent', 'undecided', 'withheld'] as const;

const runText = ({ folder, createdAt, valid }: ComparedRun): string =>
  `${folder} (${dayTimeText(createdAt)}, ${valid ? 'VALID' : 'INVALID'})`;

/** What is compared, and what it came to, as sentences for the head of every output. */
export const headLines = ({ before, after, changes }: Comparison): readonly string[] => {
  const counts = WORDS.flatMap((word) => {
    const count = changes.filter((change) => wordText(change) === word).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return [
    ...new Set([before.statement, after.statement]),
    `Before: ${runText(before)}. After: ${runText(after)}.`,
    `Of ${changes.length} figures: ${counts.join(', ')}.`,
  ];
};

/** What must be known besides the table, as sentences. */
export const noticeLines = ({ notices, changes, differences }: Comparison): readonly string[] => [
  ...notices,
  ...differences.map(
    ({ what, before, after }) => `${what} differs: ${before} before, ${after} after.`,
  ),
  ...[...new Set(changes.flatMap(({ withheld }) => withheld ?? []))].map(
    (why) => `Withheld: ${why}`,
  ),
];

/** How to read the table. */
export const changeFootnote = ({ margin, familyError }: Comparison): string =>
  `Ratio: after ÷ before, geometric mean of the repeats, with its interval. Faster: the whole interval is beyond ${formatFigure(1 + margin)} (of times: below ${formatFigure(1 / (1 + margin))}); slower: the other way round; equivalent: between; else undecided. The chance that any word is wrong is at most ${familyError * 100} % among the p95s and among the other figures, as far as nothing but the noise of repeats is at work (Student’s t on logarithms, Holm).`;
