import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';

/** A column that makes a text of a row. */
export interface TextColumn<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly isFigure: boolean;
  /** What stands small below the text. */
  readonly note?: (row: Row) => string | undefined;
}

/** Longer texts than this one need a wide column, or they take many lines. */
const LONG_TEXT = 48;

/** A load, as “8 VUs”, is not broken. */
const UNBROKEN_TEXT = 8;

const textCell = (text: string, note: string | undefined): Markup => {
  const small = note === undefined ? undefined : html`<small>${note}</small>`;
  return Math.max(text.length, note?.length ?? 0) > LONG_TEXT
    ? html`<td class="long">${text}${small}</td>`
    : html`<td>${text.length > UNBROKEN_TEXT ? text : text.replaceAll(' ', '\u00a0')}${small}</td>`;
};

/**
 * A table of texts, one row an item.
 *
 * @param isGreyed whether a row is shown so, since a check failed
 */
export const columnTable = <Row>(
  caption: string,
  columns: readonly TextColumn<Row>[],
  rows: readonly Row[],
  isGreyed: (row: Row) => boolean = () => false,
): Markup =>
  dataTable({
    caption,
    columns: columns.map(({ title, isFigure }) => ({ title, isFigure })),
    rows: rows.map(
      (row) =>
        html`${isGreyed(row) ? html`<tr class="greyed">` : html`<tr>`}
          ${columns.map(({ text, isFigure, note }) =>
            isFigure ? html`<td class="n">${text(row)}</td>` : textCell(text(row), note?.(row)),
          )}
        </tr>`,
    ),
  });
