import { basename, join, resolve } from 'node:path';
import { type Comparison, failureOf, isUnknown } from '../analysis/comparison/comparison.ts';
import type { JudgedComparison } from '../report/ci-report.ts';
import { renderHead, renderSections } from '../report/render-terminal.ts';
import { writeComparison, type WrittenComparison } from '../report/write-comparison.ts';
import { hangingLines } from '../wording/text-layout.ts';
import { saveBaseline } from '../results/baselines.ts';
import type { Console } from './command.ts';

/** A comparison that was written, judged by `--fail-on`. */
export interface ComparedRuns extends WrittenComparison, JudgedComparison {
  readonly exitCode: 0 | 1;
}

export interface CompareOptions {
  readonly output?: string | undefined;
  readonly 'fail-on'?: readonly string[] | undefined;
}

const outputFor = (before: string, after: string): string =>
  join('results', `comparison-${basename(resolve(before))}-${basename(resolve(after))}`);

/** 1 if a run is INVALID or `--fail-on` names the word of a figure. */
const exitCodeOf = ({ before, after, changes }: Comparison, failOn: readonly string[]): 0 | 1 =>
  before.valid && after.valid && !changes.some((change) => failOn.includes(failureOf(change) ?? ''))
    ? 0
    : 1;

/**
 * Compares two run folders and writes the comparison.
 *
 * @throws as {@link writeComparison}
 */
export const compareFolders = async (
  before: string,
  after: string,
  { output = outputFor(before, after), 'fail-on': failOn = [] }: CompareOptions,
): Promise<ComparedRuns> => {
  const written = await writeComparison(before, after, output);
  return { ...written, failOn, exitCode: exitCodeOf(written.comparison, failOn) };
};

/** Warns that `--fail-on slower` alone passes, too, if hardly anything is known. */
export const warnOfUnknown = (
  { comparison: { changes }, failOn }: JudgedComparison,
  { err, outStyle }: Console,
): void => {
  const unknown = changes.filter(isUnknown).length;
  if (failOn.join() !== 'slower' || 2 * unknown <= changes.length) return;
  const words = `--fail-on slower cannot fail for ${unknown} of ${changes.length} figures, because they have no verdict. Add undecided and withheld to fail on these, too`;
  err(`${hangingLines('! ', words, outStyle.width).join('\n')}\n`);
};

/** Prints a comparison, the paths of its files and, on stderr, a warning. */
export const printComparedRuns = (compared: ComparedRuns, console: Console): void => {
  const { report, files } = compared;
  console.outPainted(renderHead(report, console.outStyle));
  console.outPainted(renderSections(report, console.outStyle));
  console.out(`\nreport   ${files.html}\n         ${files.markdown}\nfigures  ${files.json}\n`);
  warnOfUnknown(compared, console);
};

/** Saves a run as a baseline, but no run that could not be compared later. */
export const saveAsBaseline = async (
  folder: string,
  name: string,
  isValid: boolean,
  { err }: Console,
): Promise<void> => {
  err(
    isValid
      ? `saved as baseline ${name}: ${await saveBaseline(folder, name)}\n`
      : `not saved as baseline ${name}: the run is not VALID\n`,
  );
};
