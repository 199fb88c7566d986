import { basename, join, resolve } from 'node:path';
import type { Comparison } from '../analysis/comparison/comparison.ts';
import { changeColumns, headLines, noticeLines } from '../report/comparison/comparison-table.ts';
import { writeComparison } from '../report/comparison/write-comparison.ts';
import { textTable } from '../report/text-table.ts';
import { wordText } from '../report/verdict-columns.ts';
import { jsonText } from './command.ts';
import type { Console } from './console.ts';

/** How two runs are to be compared. */
export interface CompareOptions {
  readonly json: boolean;
  /** Undefined: a folder below `results/`, named after both runs. */
  readonly output: string | undefined;
  /** Words that make the exit code 1. */
  readonly failOn: readonly string[];
}

const outputFor = (before: string, after: string): string =>
  join('results', `comparison-${basename(resolve(before))}-${basename(resolve(after))}`);

const exitCodeOf = ({ before, after, changes }: Comparison, failOn: readonly string[]): 0 | 1 =>
  before.valid && after.valid && !changes.some((change) => failOn.includes(wordText(change)))
    ? 0
    : 1;

/** A comparison for a terminal. Ends with a line break. */
const comparisonText = (comparison: Comparison): string => {
  const columns = changeColumns(comparison);
  return [
    ...headLines(comparison),
    '',
    textTable([
      columns.map(({ title }) => title),
      ...comparison.changes.map((change) => columns.map(({ text }) => text(change))),
    ]),
    ...noticeLines(comparison).map((notice) => `! ${notice}`),
    '',
  ].join('\n');
};

/**
 * Compares two runs, writes the comparison and prints it.
 *
 * @returns 0, or 1 where a run is INVALID or a figure has a word of `failOn`
 */
export const compareRunFolders = async (
  before: string,
  after: string,
  { json, output = outputFor(before, after), failOn }: CompareOptions,
  console: Console,
): Promise<number> => {
  const { comparison, ...files } = await writeComparison(before, after, output);
  const exitCode = exitCodeOf(comparison, failOn);
  if (json) {
    console.out(jsonText({ exitCode, files, comparison }));
    return exitCode;
  }
  console.out(
    `${comparisonText(comparison)}\nreport   ${files.markdown}\nfigures  ${files.json}\n`,
  );
  return exitCode;
};
