import type { Comparison } from '../analysis/comparison/comparison.ts';
import { textTable } from '../report/text-table.ts';
import { changeColumns } from '../report/comparison/change-columns.ts';
import { changedSentences, headLines, noticeLines } from '../report/comparison/comparison-lines.ts';

/** Left to the files: what a terminal has no room for. */
const LONG = new Set(['withheld', 'confidence_percent', 'p_ratio_1']);

/** A comparison for a terminal. Ends with a line break. */
export const renderComparisonText = (comparison: Comparison): string => {
  const columns = changeColumns(comparison).filter(({ key }) => !LONG.has(key));
  const sentences = changedSentences(comparison);
  const withheld = new Set(comparison.changes.flatMap((change) => change.withheld ?? []));
  return [
    `${headLines(comparison).join('\n')}\n`,
    ...(sentences.length === 0 ? [] : [sentences.map((sentence) => `- ${sentence}\n`).join('')]),
    textTable([
      columns.map(({ title }) => title),
      ...comparison.changes.map((change) => columns.map(({ text }) => text(change))),
    ]),
    [...noticeLines(comparison), ...[...withheld].map((reason) => `Withheld: ${reason}`)]
      .map((notice) => `! ${notice}\n`)
      .join(''),
  ].join('\n');
};
