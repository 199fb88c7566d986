import { printable } from '../wording/text-layout.ts';
import type { DataFile } from './model.ts';

/** A field as in RFC 4180: in quotes if it contains a comma, a quote or a line break. */
const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const csvFields = (texts: readonly string[]): string =>
  texts.map((text) => csvField(printable(text))).join(',');

/** A CSV file (RFC 4180), line by line, so that the text of a long run is never in memory as a whole. */
export function* renderCsv({ head, lines, facts = {} }: DataFile): Generator<string> {
  yield `${csvFields([...head, ...Object.keys(facts)])}\r\n`;
  for (const line of lines) yield `${csvFields([...line, ...Object.values(facts)])}\r\n`;
}

/**
 * An object as JSON with a line for each field and for each item of an array field, so that the file is small and line-based tools
 * work. In pieces, because the text of a long run takes as much memory as the run itself.
 */
export function* jsonPieces(value: object): Generator<string> {
  let before = '{';
  for (const [key, field] of Object.entries(value) as [string, unknown][]) {
    if (field === undefined) continue;
    yield `${before}\n${JSON.stringify(key)}: `;
    before = ',';
    if (Array.isArray(field)) {
      let start = '[';
      for (const item of field as readonly unknown[]) {
        yield `${start}\n${JSON.stringify(item)}`;
        start = ',';
      }
      yield start === '[' ? '[]' : '\n]';
    } else {
      yield JSON.stringify(field);
    }
  }
  yield before === '{' ? '{}\n' : '\n}\n';
}
