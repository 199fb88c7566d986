import type { Summary } from '../analysis/summary.ts';
import { textPieces } from './text-pieces.ts';

/** RFC 4180: quotes where the text holds a comma, a quote or a line break. */
const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(',')}\r\n`;

/** What stands in every line of a file, as its last columns. */
type SameFields = readonly (readonly [name: string, text: string])[];

function* csvLines(
  names: readonly string[],
  lines: Iterable<readonly string[]>,
  same: SameFields,
): Generator<string> {
  const last = same.map(([, text]) => text);
  yield csvLine([...names, ...same.map(([name]) => name)]);
  for (const line of lines) yield csvLine([...line, ...last]);
}

/** What answered in a run, in a word or three; the whole statement would be most of a file that repeats it in each line. */
const comparedText = ({ runtime, served = {} }: Summary['plan']): string => {
  if (runtime === 'simulated') return 'simulated server';
  const answers = Object.values(served);
  if (answers.every(({ real }) => real)) return 'platforms';
  return answers.some(({ real }) => real) ? 'platforms and stand-ins' : 'stand-ins';
};

/** What every line of a run says of the run, since a line may be read without the report: what answered, and whether it is valid. */
export const runFields = ({ plan, validity }: Summary): SameFields => [
  ['compared', comparedText(plan)],
  ['run_valid', String(validity?.valid ?? '')],
];

/**
 * A CSV file that every reader takes as it is: the names of the columns, the lines. In pieces, for files with a line a measurement or
 * a verdict, whose texts need not be there as a whole.
 *
 * @param lines taken one by one, so that they need not be there together either
 */
export const csvPieces = (
  names: readonly string[],
  lines: Iterable<readonly string[]>,
  same: SameFields,
): Iterable<string> => textPieces(csvLines(names, lines, same));

/** The same as a whole. */
export const csvText = (...file: Parameters<typeof csvPieces>): string =>
  [...csvPieces(...file)].join('');
