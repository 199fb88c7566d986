import type { SummaryRow } from '../../analysis/summary-row.ts';
import { pathId } from '../../model/cell.ts';
import { levelLabel, wireLabel } from '../../wording/labels.ts';
import { html, type Markup } from './markup.ts';

/** Rows of one path follow each other and share one heading, which stands in the first of them. */
const pathHeading = (
  rows: readonly SummaryRow[],
  index: number,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const row = rows[index];
  if (row === undefined) return undefined;
  const id = pathId(row.path);
  const before = rows[index - 1];
  if (before !== undefined && pathId(before.path) === id) return undefined;
  const span = rows.filter((other) => pathId(other.path) === id).length;
  return html`<th scope="rowgroup" rowspan="${span}">
    ${labels.get(id) ?? id}<small>${wireLabel(row.path)}</small>
  </th>`;
};

/**
 * The rows of a table by path and load: path, load, and then the cells of the row.
 *
 * @param isGreyed whether a row is shown so, in italics and with a tag beside its load, since a gate failed
 */
export const pathRows = (
  rows: readonly SummaryRow[],
  labels: ReadonlyMap<string, string>,
  cellsOf: (row: SummaryRow) => Markup | readonly Markup[],
  isGreyed: (row: SummaryRow) => boolean = () => false,
): readonly Markup[] =>
  rows.map((row, index) => {
    const heading = pathHeading(rows, index, labels);
    const fails = isGreyed(row);
    const classes = [
      ...(heading === undefined ? [] : ['first']),
      ...(fails ? ['greyed'] : []),
    ].join(' ');
    const start = classes === '' ? html`<tr>` : html`<tr class="${classes}">`;
    // Grey alone is hardly told from black on a dark page.
    const tag = fails ? html` <span class="mark gate">fails</span>` : undefined;
    return html`${start}${heading}<th scope="row" class="level">${levelLabel(row.level)}${tag}</th>${cellsOf(row)}</tr>`;
  });
