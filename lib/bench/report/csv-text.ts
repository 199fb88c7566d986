import type { Summary } from '../analysis/summary.ts';
import { validityText } from './validity-lines.ts';

/** RFC 4180: quotes where the text holds a comma, a quote or a line break. */
const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(',')}\r\n`;

/** What stands at the top of every CSV file of a run: the statement, and whether the run is valid. */
export const csvHead = (summary: Summary): readonly string[] =>
  [summary.statement, validityText(summary) ?? ''].filter((line) => line !== '');

/** A CSV file: what stands at its top, as comments that begin with `#`, the names of the columns, the lines. */
export const csvText = (
  head: readonly string[],
  names: readonly string[],
  lines: readonly (readonly string[])[],
): string =>
  [
    ...head.map((line) => `# ${line.replace(/\s+/g, ' ')}\r\n`),
    csvLine(names),
    ...lines.map(csvLine),
  ].join('');
