/** RFC 4180: quotes where the text holds a comma, a quote or a line break. */
const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(',')}\r\n`;

/** A CSV file: the statement as a comment that begins with `#`, the names of the columns, the lines. */
export const csvText = (
  statement: string,
  names: readonly string[],
  lines: readonly (readonly string[])[],
): string =>
  [`# ${statement.replace(/\s+/g, ' ')}\r\n`, csvLine(names), ...lines.map(csvLine)].join('');
