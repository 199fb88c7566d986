import { basename, join, resolve } from 'node:path';
import type { Comparison } from '../analysis/comparison/comparison.ts';
import { writeComparison } from '../report/comparison/write-comparison.ts';
import { renderTerminal } from '../report/render-terminal.ts';
import { wordText } from '../report/sections/verdicts.ts';
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
  const { comparison, files, report } = await writeComparison(before, after, output);
  const exitCode = exitCodeOf(comparison, failOn);
  if (json) {
    console.out(jsonText({ exitCode, files, comparison }));
    return exitCode;
  }
  console.out(
    `${renderTerminal(report, console.outStyle)}\nreport   ${files.markdown}\nfigures  ${files.json}\n`,
  );
  return exitCode;
};
