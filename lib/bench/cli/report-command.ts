import { basename, join, resolve } from 'node:path';
import { type Comparison, failureOf } from '../analysis/comparison/comparison.ts';
import { writeComparison } from '../report/comparison/write-comparison.ts';
import { renderTerminal } from '../report/render-terminal.ts';
import { writeReport } from '../report/write-report.ts';
import { type Command, type Console, jsonText, usageError } from './command.ts';
import type { reportOptions } from './options.ts';
import { printResult } from './run-result.ts';

/** How two runs are to be compared. */
interface CompareOptions {
  readonly json: boolean;
  /** Undefined: a folder below `results/`, named after both runs. */
  readonly output: string | undefined;
  /** Of `slower`, `undecided`, `withheld`, what makes the exit code 1. */
  readonly failOn: readonly string[];
}

const outputFor = (before: string, after: string): string =>
  join('results', `comparison-${basename(resolve(before))}-${basename(resolve(after))}`);

const exitCodeOf = ({ before, after, changes }: Comparison, failOn: readonly string[]): 0 | 1 =>
  before.valid && after.valid && !changes.some((change) => failOn.includes(failureOf(change) ?? ''))
    ? 0
    : 1;

/**
 * Compares two runs, writes the comparison and prints it.
 *
 * @returns 0, or 1 where a run is INVALID or a figure has a word of `failOn`
 */
const compareRunFolders = async (
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

/** Writes the report of a run folder again, or compares two run folders. */
export const reportCommand: Command<typeof reportOptions> = async (values, { console }) => {
  const { dir: folder, after, output, 'fail-on': failOn = [], 'slo-p99': sloP99Ms, json } = values;
  if (after !== undefined) {
    if (sloP99Ms !== undefined) {
      throw usageError(
        '--slo-p99 is for the report of one run',
        `npx serving-compare report ${folder} --slo-p99 50ms`,
      );
    }
    return compareRunFolders(folder, after, { json, output, failOn }, console);
  }
  if (output !== undefined || failOn.length > 0) {
    throw usageError(
      '--output and --fail-on are for the comparison of two runs',
      'npx serving-compare report results/before results/after --fail-on slower',
    );
  }
  const report = await writeReport(folder, { sloP99Ms });
  return printResult(report, folder, console, { json, withStatement: true });
};
