import type { SummaryRow } from '../../analysis/summary-row.ts';
import { html, type Markup } from './markup.ts';

/** Longer tables are folded: the charts above them say the same at a glance. */
const OPEN_ROWS = 60;
/** More rows than these nobody reads in a page, and they would make it large. */
const MOST_ROWS = 250;

/** The first of the rows that a page has room for, with the words about the others. */
export const roomFor = <Row>(
  rows: readonly Row[],
  file: string,
): { readonly shown: readonly Row[]; readonly note: Markup | undefined } => {
  const shown = rows.slice(0, MOST_ROWS);
  const left = rows.length - shown.length;
  return {
    shown,
    note: left === 0 ? undefined : html`<p>${left} more rows are in ${file} beside this page.</p>`,
  };
};

/**
 * A table that few ask for, or that is long: folded on a screen, open on paper, and cut where it is too long for a page.
 *
 * @param draw draws the rows that are shown; undefined where they have nothing to show
 */
export const foldedTable = (
  what: string,
  rows: readonly SummaryRow[],
  draw: (rows: readonly SummaryRow[]) => Markup | undefined,
): Markup | undefined => {
  const { shown, note } = roomFor(rows, 'summary.csv');
  const table = draw(shown);
  if (table === undefined) return undefined;
  return html`<details>
    <summary>${what}: ${rows.length} rows</summary>
    ${table}${note}
  </details>`;
};

/**
 * A table of rows that may be many: folded where it is long, and cut where it is too long for a page.
 *
 * @param draw draws the rows that are shown; undefined where they have nothing to show
 */
export const longTable = (
  what: string,
  rows: readonly SummaryRow[],
  draw: (rows: readonly SummaryRow[]) => Markup | undefined,
): Markup | undefined => {
  if (rows.length > OPEN_ROWS) return foldedTable(what, rows, draw);
  return draw(rows);
};
