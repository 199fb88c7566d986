import { basename } from 'node:path';
import type { Summary } from '../analysis/summary.ts';
import { modelTitle } from '../wording/statement.ts';
import type { DataFile } from './model.ts';

/** A field as in RFC 4180: in quotes if it contains a comma, a quote or a line break. */
const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const csvFields = (texts: readonly string[]): string => texts.map(csvField).join(',');

/** What answered in a run, in a few words, since every line repeats them. */
const comparedText = ({ runtime, served = {} }: Summary['plan']): string => {
  if (runtime === 'simulated') return 'simulated server';
  if (runtime === 'running') return 'running servers';
  const answers = Object.values(served);
  if (answers.every(({ real }) => real)) return 'platforms';
  return answers.some(({ real }) => real) ? 'platforms and stand-ins' : 'stand-ins';
};

/** What the servers computed on: `cpu` unless containers used a GPU. */
const acceleratorOf = ({ plan, environment }: Summary): string =>
  environment.aws?.accelerator ??
  Object.values(plan.served ?? {}).find(({ accelerator }) => accelerator !== undefined)
    ?.accelerator ??
  'cpu';

/** Facts on the run that every line repeats, since lines may be read without the report. */
const runFields = (summary: Summary): Readonly<Record<string, string>> => ({
  compared: comparedText(summary.plan),
  accelerator: acceleratorOf(summary),
  model: modelTitle(summary.plan) ?? basename(summary.plan.model.file),
  run_valid: String(summary.validity?.valid ?? ''),
});

/** A CSV file (RFC 4180), line by line, so that the text of a long run is never in memory as a whole. */
export function* renderCsv({ head, lines }: DataFile, summary: Summary): Generator<string> {
  const facts = runFields(summary);
  yield `${csvFields([...head, ...Object.keys(facts)])}\r\n`;
  const end = `,${csvFields(Object.values(facts))}\r\n`;
  for (const line of lines) yield csvFields(line) + end;
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
