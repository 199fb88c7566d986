import { checksSupport } from '../../analysis/checks/checks-support.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { formatFigure } from '../../wording/format-number.ts';
import { partsIn, TIME_PART_TITLES, timeNotes, timePartOf } from '../time-words.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';
import { targetRows } from './target-rows.ts';

/** Mean milliseconds of each part of a request, by target and level, and below what to know about them. Undefined where no row tells them. */
export const timeTable = (
  caption: string,
  allRows: readonly SummaryRow[],
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const rows = allRows.filter(({ timeParts }) => timeParts !== undefined);
  if (rows.length === 0) return undefined;
  const names = partsIn(rows);
  const table = dataTable({
    caption,
    columns: [
      { title: 'Target' },
      { title: 'Load' },
      ...names.map((name) => ({ title: TIME_PART_TITLES[name], unit: 'ms', isFigure: true })),
      { title: 'client’s mean', unit: 'ms', isFigure: true },
      { title: 'unattri\u00adbuted', unit: 'ms', isFigure: true },
    ],
    rows: targetRows(
      rows,
      labels,
      (row) =>
        [
          ...names.map((name) => timePartOf(row, name)),
          row.timeParts?.totalMs,
          row.timeParts?.unattributedMs,
        ].map((figure) => html`<td class="n">${formatFigure(figure)}</td>`),
      (row) => !checksSupport(row),
    ),
  });
  const notes = timeNotes(rows, labels).map((note) => html`<li>${note}</li>`);
  if (notes.length === 0) return table;
  return html`${table}
    <ul class="notes" aria-label="About the parts of a request">
      ${notes}
    </ul>`;
};
