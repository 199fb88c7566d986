import { checksSupport } from '../../analysis/checks/checks-support.ts';
import type { SummaryRow } from '../../analysis/summary-row.ts';
import { shownFigures, unclaimedIn, type FigureColumn } from '../figures.ts';
import { marksOf } from '../marks.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';
import { targetRows } from './target-rows.ts';

const WEAK = 'Too few requests were answered to claim this percentile at 99 % confidence.';

const explained = (why: string, what: string): Markup =>
  html`<abbr class="weak" title="${why}">${what}</abbr>`;

const figureCell = (column: FigureColumn, row: SummaryRow): Markup => {
  const text = column.text(row);
  const lack = column.lack(row);
  const absence = lack === undefined ? column.absence?.(row) : WEAK;
  const shown = absence === undefined ? html`${text}` : explained(absence, text);
  // Of a figure with an interval, the range of the repeats says less; summary.csv has both.
  const detail = lack ?? (column.interval(row) || column.range(row));
  return detail === ''
    ? html`<td class="n">${shown}</td>`
    : html`<td class="n">${shown}<small>${detail}</small></td>`;
};

/** The marks of a row as one measurement. */
const marksCell = (row: SummaryRow): Markup => {
  const marks = marksOf(row).map(
    (mark) => html`<span class="mark ${mark.kind}" title="${mark.long}">${mark.tag}</span>`,
  );
  return html`<td class="marks">${marks}</td>`;
};

const tableOf = (
  caption: string,
  rows: readonly SummaryRow[],
  labels: ReadonlyMap<string, string>,
  { columns, hasMarks }: { readonly columns: readonly FigureColumn[]; readonly hasMarks: boolean },
): Markup =>
  dataTable({
    caption,
    columns: [
      { title: 'Target' },
      { title: 'Load' },
      ...columns.map(({ title, unit }) => ({ title, unit, isFigure: true })),
      ...(hasMarks ? [{ title: 'Marks' }] : []),
    ],
    rows: targetRows(
      rows,
      labels,
      (row) => [
        ...columns.map((column) => figureCell(column, row)),
        ...(hasMarks ? [marksCell(row)] : []),
      ],
      (row) => !checksSupport(row),
    ),
  });

/** The result table of one scenario, or of the no-op limits: what rows are compared by. */
export const resultTable = (
  caption: string,
  rows: readonly SummaryRow[],
  labels: ReadonlyMap<string, string>,
): Markup => {
  const columns = shownFigures(rows).filter(({ isDetail }) => isDetail !== true);
  const hasMarks = rows.some((row) => marksOf(row).length > 0);
  const notes = unclaimedIn(rows).map((note) => html`<p class="meta">${note}</p>`);
  return html`${tableOf(caption, rows, labels, { columns, hasMarks })}${notes}`;
};

/** The other figures of the same rows. Undefined where they have none. */
export const detailTable = (
  caption: string,
  rows: readonly SummaryRow[],
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const columns = shownFigures(rows).filter(({ isDetail }) => isDetail === true);
  return columns.length === 0
    ? undefined
    : tableOf(caption, rows, labels, { columns, hasMarks: false });
};
