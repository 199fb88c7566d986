import type { Change, ComparedRun, Comparison } from '../../analysis/comparison/comparison.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { targetLabels } from '../../wording/labels.ts';
import { list, table, text } from '../blocks.ts';
import {
  countColumn,
  figureColumn,
  loadColumn,
  targetColumn,
  scenarioColumn,
  wordColumn,
} from '../columns.ts';
import { EVERYWHERE, PAGES, type Column, type Report } from '../model.ts';
import { dayTimeText } from '../sections/head.ts';
import { wordText } from '../sections/verdicts.ts';

const FIGURE_TEXTS: Readonly<Record<Change['figure'], string>> = {
  'request rate': 'rate, requests/s',
  'median response time': 'median, ms',
  'p95 response time': 'p95, ms',
};

const columnsOf = ({ changes, after }: Comparison): readonly Column<Change>[] => [
  targetColumn(
    targetLabels(
      changes.map(({ target }) => target),
      after,
    ),
  ),
  scenarioColumn,
  loadColumn,
  wordColumn('figure', 'Figure', ({ figure }) => FIGURE_TEXTS[figure]),
  figureColumn('before', 'Before', undefined, ({ before }) => before),
  figureColumn('after', 'After', undefined, (change) => change.after),
  wordColumn('word', 'After is', wordText),
  figureColumn('ratio', 'Ratio', undefined, ({ ratio }) => ratio?.value, {
    interval: ({ ratio }) => ratio?.interval,
  }),
  countColumn('repeats', 'Repeats', ({ repeats }) => repeats),
];

const WORDS = ['slower', 'faster', 'equivalent', 'undecided', 'withheld'] as const;

const countsText = (changes: Comparison['changes']): string =>
  WORDS.flatMap((word) => {
    const count = changes.filter((change) => wordText(change) === word).length;
    return count === 0 ? [] : [`${count} ${word}`];
  }).join(', ');

const runText = ({ folder, createdAt, valid }: ComparedRun): string =>
  `${folder} (${dayTimeText(createdAt)}, ${valid ? 'VALID' : 'INVALID'})`;

/** What must be known besides the table. */
const noticesOf = ({ notices, changes, differences }: Comparison): readonly string[] => [
  ...notices,
  ...differences.map(
    ({ what, before, after }) => `${what} differs: ${before} before, ${after} after.`,
  ),
  ...[...new Set(changes.flatMap(({ withheld }) => withheld ?? []))].map(
    (why) => `Withheld: ${why}`,
  ),
];

const footnoteOf = ({ margin, familyError }: Comparison): string =>
  `Ratio: after ÷ before, geometric mean of the repeats, with its interval. Faster: the whole interval is beyond ${formatFigure(1 + margin)} (of times: below ${formatFigure(1 / (1 + margin))}); slower: the other way round; equivalent: between; else undecided. The chance that any word is wrong is at most ${familyError * 100} % among the p95s and among the other figures, as far as nothing but the noise of repeats is at work (Student’s t on logarithms, Holm).`;

/** What two runs come to beside each other. */
export const comparisonReport = (comparison: Comparison): Report => {
  const { before, after, changes } = comparison;
  return {
    title: 'Two runs compared',
    head: [
      text('Two runs compared', 'title', PAGES),
      ...[...new Set([before.statement, after.statement])].map((statement) => text(statement)),
      text(`Before: ${runText(before)}. After: ${runText(after)}.`),
      text(`Of ${changes.length} figures: ${countsText(changes)}.`),
      ...list(noticesOf(comparison), 'notices'),
    ],
    sections: [
      {
        id: 'changes',
        name: 'Changes',
        title: 'What changed',
        formats: EVERYWHERE,
        blocks: [
          ...table('Each figure of both runs', columnsOf(comparison), changes, {
            file: 'comparison.json',
          }),
          text(footnoteOf(comparison), 'small', PAGES),
        ],
      },
    ],
  };
};
