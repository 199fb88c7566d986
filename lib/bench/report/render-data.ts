import { basename } from 'node:path';
import type { Summary } from '../analysis/summary.ts';
import { modelTitle } from '../wording/statement.ts';
import type { DataFile } from './model.ts';

/** RFC 4180: quotes where the text holds a comma, a quote or a line break. */
const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const csvFields = (texts: readonly string[]): string => texts.map(csvField).join(',');

/** What answered in a run, in a word or three; the whole statement would be most of a file that repeats it in each line. */
const comparedText = ({ runtime, served = {} }: Summary['plan']): string => {
  if (runtime === 'simulated') return 'simulated server';
  if (runtime === 'running') return 'running servers';
  const answers = Object.values(served);
  if (answers.every(({ real }) => real)) return 'platforms';
  return answers.some(({ real }) => real) ? 'platforms and stand-ins' : 'stand-ins';
};

/** What the servers computed on; only containers use a GPU. */
const acceleratorOf = ({ plan, environment }: Summary): string =>
  environment.aws?.accelerator ??
  Object.values(plan.served ?? {}).find(({ accelerator }) => accelerator !== undefined)
    ?.accelerator ??
  'cpu';

/** What every line of a run says of the run, since a line may be read without the report. */
const runFields = (summary: Summary): Readonly<Record<string, string>> => ({
  compared: comparedText(summary.plan),
  accelerator: acceleratorOf(summary),
  model: modelTitle(summary.plan) ?? basename(summary.plan.model.file),
  run_valid: String(summary.validity?.valid ?? ''),
});

/** A CSV file that every reader takes as it is, line by line: the text of a long run need not be there as a whole. */
export function* renderCsv({ head, lines }: DataFile, summary: Summary): Generator<string> {
  const ofRun = runFields(summary);
  yield `${csvFields([...head, ...Object.keys(ofRun)])}\r\n`;
  const end = `,${csvFields(Object.values(ofRun))}\r\n`;
  for (const line of lines) yield csvFields(line) + end;
}

/**
 * An object as JSON with a line for each field, and for each item of those that are arrays: small, and still read and compared line
 * by line. In pieces, as the whole text of a long run takes as much room as the run itself.
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
