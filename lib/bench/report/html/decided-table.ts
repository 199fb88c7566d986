import type { KeyedColumn } from '../keyed-column.ts';
import type { Decided } from '../verdict-columns.ts';
import { columnTable, type TextColumn } from './column-table.ts';
import { html, type Markup } from './markup.ts';

/** The columns with the reason why a word is withheld below it, as a column of its own would make the table too wide. */
const withReasons = <Row extends Decided>(
  columns: readonly KeyedColumn<Row>[],
): readonly TextColumn<Row>[] =>
  columns.map((column) =>
    column.key === 'word' ? { ...column, note: ({ withheld }: Row) => withheld } : column,
  );

/** A table of verdicts; a reason that all share that are withheld stands once below it. */
export const decidedTable = <Row extends Decided>(
  caption: string,
  columns: readonly KeyedColumn<Row>[],
  rows: readonly Row[],
): Markup => {
  const reasons = [...new Set(rows.flatMap(({ withheld }) => withheld ?? []))];
  const shown = columns.filter(({ key }) => key !== 'withheld');
  return reasons.length > 1
    ? columnTable(caption, withReasons(shown), rows)
    : html`${columnTable(caption, shown, rows)}${reasons.map((reason) => html`<p class="meta">Withheld: ${reason}</p>`)}`;
};

/** How a table is to be read, folded as few ask; printed all the same. */
export const readingNote = (text: string): Markup =>
  html`<details class="note">
    <summary>How to read these figures</summary>
    <p>${text}</p>
  </details>`;
