import { NO_FIGURE } from '../wording/format-number.ts';

/** Text that Markdown and the HTML in it show as it is, on one line and inside a table. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_[\]|~#!]/g, '\\$&');

/** A line of a table; what its cells hold must be escaped. */
export const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/**
 * A whole table; texts are escaped, figures stand at the right.
 *
 * @param isGreyed whether the figures of a row stand in italics, since a check failed
 */
export const markdownTable = <Row>(
  columns: readonly {
    readonly title: string;
    readonly text: (row: Row) => string;
    readonly isFigure: boolean;
  }[],
  rows: readonly Row[],
  isGreyed: (row: Row) => boolean = () => false,
): readonly string[] => [
  tableRow(columns.map(({ title }) => escapeMarkdown(title))),
  tableRow(columns.map(({ isFigure }) => (isFigure ? '---:' : '---'))),
  ...rows.map((row) =>
    tableRow(
      columns.map(({ text, isFigure }) => {
        const escaped = escapeMarkdown(text(row));
        return isFigure && isGreyed(row) && text(row) !== NO_FIGURE ? `*${escaped}*` : escaped;
      }),
    ),
  ),
];
