import type { SummaryRow } from '../analysis/summary-row.ts';
import { targetId } from '../model/measurement.ts';
import { formatFigure } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';
import { escapeMarkdown, tableRow } from './markdown-text.ts';
import { partsIn, TIME_PART_TITLES, timeNotes, timePartOf } from './time-words.ts';

/** Mean milliseconds of each part of a request, and what to know about them; empty where no row tells them. */
export const timeLines = (
  allRows: readonly SummaryRow[],
  labels: ReadonlyMap<string, string>,
): readonly string[] => {
  const rows = allRows.filter(({ timeParts }) => timeParts !== undefined);
  if (rows.length === 0) return [];
  const names = partsIn(rows);
  const titles = [...names.map((name) => TIME_PART_TITLES[name]), 'client’s mean', 'unattributed'];
  return [
    '### Where the time goes',
    '',
    tableRow(['Target', 'Load', ...titles.map((title) => `${title}, ms`)]),
    tableRow(['---', '---', ...titles.map(() => '---:')]),
    ...rows.map((row) => {
      const id = targetId(row.target);
      const { timeParts } = row;
      return tableRow([
        escapeMarkdown(labels.get(id) ?? id),
        escapeMarkdown(levelLabel(row.level)),
        ...names.map((name) => formatFigure(timePartOf(row, name))),
        formatFigure(timeParts?.totalMs),
        formatFigure(timeParts?.unattributedMs),
      ]);
    }),
    '',
    ...timeNotes(rows, labels).map((note) => `- ${escapeMarkdown(note)}`),
    '',
  ];
};
