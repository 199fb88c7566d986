import { wrapped } from '../../../serving-configs/options/help.ts';

/** Texts in columns as wide as their longest text, two blanks apart: a line for each row. */
export const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** Where nothing says how wide the output is, and at most: longer lines wrap in too many terminals and CI logs. */
export const MOST_COLUMNS = 100;

/** A line does not end between a figure and its unit. */
const joined = (text: string): string =>
  text.replaceAll(/(\d) (?=%|(?:ms|s|min|h|req|VUs?)\b)/g, '$1\u00A0');

/**
 * A text in lines that fit into so many columns: the first behind a label, the others below its text.
 *
 * @param indent of the others
 */
export const hangingLines = (
  label: string,
  text: string,
  width: number,
  indent = label.length,
): readonly string[] =>
  wrapped(joined(text), Math.min(width, MOST_COLUMNS) - indent).map(
    (line, at) => (at === 0 ? label : ' '.repeat(indent)) + line.replaceAll('\u00A0', ' '),
  );
