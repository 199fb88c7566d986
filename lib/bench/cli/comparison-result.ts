import { basename, join, resolve } from 'node:path';
import {
  type Comparison,
  failureOf,
  isByMachine,
  isUnknown,
} from '../analysis/comparison/comparison.ts';
import type { JudgedComparison } from '../report/ci-report.ts';
import { renderHead, renderSections } from '../report/render-terminal.ts';
import { writeComparison, type WrittenComparison } from '../report/write-comparison.ts';
import { counted } from '../wording/format-number.ts';
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

/** What `--fail-on slower` ignores; undefined if it is little, or if other words of it do not. */
const unknownWarning = ({
  comparison: { changes, loads },
  failOn,
}: JudgedComparison): string | undefined => {
  const byMachine = loads?.busier === 'after' ? changes.filter(isByMachine).length : 0;
  if (byMachine > 0 && failOn.includes('slower') && !failOn.includes('withheld')) {
    return `--fail-on slower ignores ${counted(byMachine, 'figure')} that became slower, perhaps only because the machine was busier: measure again while no other programs run, or give --fail-on ${[...failOn, 'withheld'].join()}`;
  }
  const unknown = changes.filter(isUnknown).length;
  return failOn.join() === 'slower' && 2 * unknown > changes.length
    ? `--fail-on slower ignores ${unknown} of ${counted(changes.length, 'figure')}, because nothing is known of ${unknown === 1 ? 'it' : 'them'}: measure both again for longer, or give --fail-on slower,undecided,withheld`
    : undefined;
};

/** Warns that `--fail-on slower` alone passes, too, if hardly anything is known, or if the machine may explain what is slower. */
export const warnOfUnknown = (compared: JudgedComparison, { err, outStyle }: Console): void => {
  const words = unknownWarning(compared);
  if (words !== undefined) err(`${hangingLines('! ', words, outStyle.width).join('\n')}\n`);
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
