import { basename, join, resolve } from 'node:path';
import type { Comparison } from '../analysis/comparison/comparison.ts';
import { renderComparisonText } from './comparison-text.ts';
import { writeComparison } from '../report/comparison/write-comparison.ts';
import { wordText } from '../report/verdict-columns.ts';
import { jsonText } from './command.ts';
import type { Console } from './console.ts';
import { listOf } from './option-values.ts';
import { oneOf } from './usage.ts';

const FAILING = ['slower', 'undecided', 'withheld'] as const;

/** How two runs are to be compared. */
export interface CompareOptions {
  readonly json: boolean;
  /** Undefined: a folder below `results/`, named after both runs. */
  readonly output: string | undefined;
  /** Words that make the exit code 1, as they were typed. */
  readonly failOn: readonly string[];
}

const outputFor = (before: string, after: string): string =>
  join('results', `comparison-${basename(resolve(before))}-${basename(resolve(after))}`);

const exitCodeOf = ({ before, after, changes }: Comparison, failOn: readonly string[]): 0 | 1 =>
  before.valid && after.valid && !changes.some((change) => failOn.includes(wordText(change)))
    ? 0
    : 1;

/**
 * Compares two runs, writes the comparison and prints it.
 *
 * @returns 0, or 1 where a run is INVALID or a row has a word of `failOn`
 */
export const compareRunFolders = async (
  before: string,
  after: string,
  { json, output = outputFor(before, after), failOn }: CompareOptions,
  console: Console,
): Promise<number> => {
  const words = failOn.length === 0 ? [] : listOf('fail-on', failOn);
  for (const word of words) oneOf('word to fail on', word, FAILING);
  const { comparison, ...files } = await writeComparison(before, after, output);
  const exitCode = exitCodeOf(comparison, words);
  if (json) {
    console.out(jsonText({ exitCode, files, comparison }));
    return exitCode;
  }
  const lines = [
    ['report', files.html],
    ['', files.markdown],
    ['figures', files.json],
    ['', files.csv],
  ].map(([title = '', file = '']) => `${title.padEnd(8)} ${file}`);
  console.out(`${renderComparisonText(comparison)}\n${lines.join('\n')}\n`);
  return exitCode;
};
