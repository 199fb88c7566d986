import { wrapped } from '../../../serving-configs/options/help.ts';

/** Formats rows as lines, with columns as wide as their longest text and two blanks between them. */
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

/** Writes control characters as their codes, so that a name with a line break stays in its row. */
export const withoutControls = (text: string): string =>
  text.replaceAll(
    /\p{Cc}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Widest output, also used if the width is unknown: longer lines wrap in many terminals and CI logs. */
export const MAX_COLUMNS = 100;

/** Keeps figures and their units on one line. */
const withFixedUnits = (text: string): string =>
  text.replaceAll(/(\d) (?=%|(?:ms|s|min|h|req|VUs?)\b)/g, '$1\u00A0');

/**
 * Wraps a text into lines. The first one follows a label, the others are indented.
 *
 * @param width of the output, in columns
 * @param indent of all lines but the first, by default as wide as the label
 */
export const hangingLines = (
  label: string,
  text: string,
  width: number,
  indent = label.length,
): readonly string[] =>
  wrapped(withFixedUnits(text), Math.min(width, MAX_COLUMNS) - indent).map(
    (line, at) => (at === 0 ? label : ' '.repeat(indent)) + line.replaceAll('\u00A0', ' '),
  );
