import type { SummaryRow } from '../../analysis/summary-row.ts';
import { targetId } from '../../model/measurement.ts';
import { levelLabel, wireLabel } from '../../wording/labels.ts';
import { html, type Markup } from './markup.ts';

/** Rows of one target follow each other and share one heading, which stands in the first of them. */
const targetHeading = (
  rows: readonly SummaryRow[],
  index: number,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const row = rows[index];
  if (row === undefined) return undefined;
  const id = targetId(row.target);
  const before = rows[index - 1];
  if (before !== undefined && targetId(before.target) === id) return undefined;
  const span = rows.filter((other) => targetId(other.target) === id).length;
  return html`<th scope="rowgroup" rowspan="${span}">
    ${labels.get(id) ?? id}<small>${wireLabel(row.target)}</small>
  </th>`;
};

/**
 * The rows of a table by target and load: target, load, and then the measurements of the row.
 *
 * @param isGreyed whether a row is shown so, in italics and with a tag beside its load, since a check failed
 */
export const targetRows = (
  rows: readonly SummaryRow[],
  labels: ReadonlyMap<string, string>,
  measurementsOf: (row: SummaryRow) => Markup | readonly Markup[],
  isGreyed: (row: SummaryRow) => boolean = () => false,
): readonly Markup[] =>
  rows.map((row, index) => {
    const heading = targetHeading(rows, index, labels);
    const fails = isGreyed(row);
    const classes = [
      ...(heading === undefined ? [] : ['first']),
      ...(fails ? ['greyed'] : []),
    ].join(' ');
    const start = classes === '' ? html`<tr>` : html`<tr class="${classes}">`;
    // Grey alone is hardly told from black on a dark page.
    const tag = fails ? html` <span class="mark check">fails</span>` : undefined;
    return html`${start}${heading}<th scope="row" class="level">${levelLabel(row.level)}${tag}</th>${measurementsOf(row)}</tr>`;
  });
