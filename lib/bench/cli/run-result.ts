import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { styleText } from 'node:util';
import {
  conditionText,
  judgeConditions,
  type ConditionResult,
} from '../analysis/judge-conditions.ts';
import type { Summary } from '../analysis/summary.ts';
import type { Condition } from '../model/condition.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import { comparisonCiReport, runCiReport } from '../report/ci-report.ts';
import { renderHead, renderSections } from '../report/render-terminal.ts';
import type { WrittenReport } from '../report/write-report.ts';
import { makeFolder } from '../results/run-folder.ts';
import { assertWritable, writeAtomically } from '../results/write-atomically.ts';
import { statementOf } from '../wording/statement.ts';
import { hangingLines } from '../wording/text-layout.ts';
import { type Console, jsonText } from './command.ts';
import { type ComparedRuns, printComparedRuns, warnOfUnknown } from './comparison-result.ts';

/** Options that decide what is printed of a run, and which conditions it must meet. */
export interface PrintOptions {
  readonly json: boolean;
  readonly verbose?: boolean;
  readonly 'fail-if'?: readonly Condition[] | undefined;
  readonly 'ci-report'?: string | undefined;
}

const ciError = (file: string, cause: unknown): BenchError =>
  new BenchError('BENCH_FOLDER', `${file} cannot be written: ${messageOf(cause)}`, {
    hint: 'give a file in a folder that you may write to with --ci-report',
    cause,
  });

/**
 * Writes the report for CI if `--ci-report` is given.
 *
 * @throws BenchError if it cannot be written.
 */
export const writeCiReport = async (
  { 'ci-report': file }: Pick<PrintOptions, 'ci-report'>,
  text: string,
): Promise<void> => {
  if (file === undefined) return;
  try {
    await writeAtomically(file, text);
  } catch (error) {
    throw ciError(file, error);
  }
};

/**
 * Creates the folder of the report for CI and tries to write there, so that an error shows before the run.
 *
 * @throws BenchError if the report cannot be written.
 */
export const assertCiFolder = async ({
  'ci-report': file,
}: Pick<PrintOptions, 'ci-report'>): Promise<void> => {
  if (file === undefined) return;
  try {
    await makeFolder(dirname(resolve(file)));
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
      throw new Error('it is a folder');
    }
    await assertWritable(file);
  } catch (error) {
    throw ciError(file, error);
  }
};

/** Returns 1 if the run is invalid or a condition failed. */
const exitCodeOf = ({ validity }: Summary, judgements: readonly ConditionResult[]): 0 | 1 =>
  validity?.valid === false || judgements.some(({ state }) => state === 'failed') ? 1 : 0;

/** Prints a text, wrapped to the width of the terminal. */
export const printText = (text: string, { out, outStyle }: Console): void =>
  out(
    hangingLines('', text, outStyle.width)
      .map((line) => `${line}\n`)
      .join(''),
  );

/** An empty line, then a line for each condition. */
const conditionLines = (
  summary: Summary,
  judgements: readonly ConditionResult[],
  { outStyle }: Console,
): string => {
  const { color, width } = outStyle;
  const mark = ({ state }: ConditionResult): string => {
    const [colour, sign] = state === 'passed' ? (['green', '✓'] as const) : (['red', '✗'] as const);
    return color ? styleText(colour, sign, { validateStream: false }) : sign;
  };
  const lines = judgements.flatMap((judgement) =>
    hangingLines('', conditionText(judgement, summary), width - 2).map(
      (line, index) => `${index === 0 ? mark(judgement) : ' '} ${line}\n`,
    ),
  );
  return lines.length === 0 ? '' : `\n${lines.join('')}`;
};

/** The paths of a report's files, one per line. */
const filesText = ({ html, markdown, json, csv, charts }: WrittenReport['files']): string => {
  const [chart] = charts;
  return [
    ['report', html],
    ['', markdown],
    ['figures', json],
    ...csv.map((file) => ['', file]),
    ...(chart === undefined ? [] : [['charts', join(dirname(chart), '*.svg')]]),
  ]
    .map(([title = '', file = '']) => `${title.padEnd(8)} ${file}\n`)
    .join('');
};

/** What is printed of a run besides its answer. */
interface ResultOptions extends PrintOptions {
  readonly withStatement: boolean;
  /** Compares the run with its baseline. */
  readonly compare?: (() => Promise<ComparedRuns>) | undefined;
}

/**
 * Prints the answer of a run, its conditions and its files, and how it compares with a baseline; or all of this as JSON. Writes the report
 * for CI.
 *
 * @returns the exit code
 */
export const printResult = async (
  { files, report, summary }: WrittenReport,
  folder: string,
  console: Console,
  { json, verbose = false, withStatement, compare, ...options }: ResultOptions,
): Promise<number> => {
  const judgements = judgeConditions(summary, options['fail-if'] ?? []);
  const ownExitCode = exitCodeOf(summary, judgements);
  if (json) {
    const compared = await compare?.();
    const exitCode = Math.max(ownExitCode, compared?.exitCode ?? 0);
    await writeCiReport(options, runCiReport(summary, judgements, compared));
    const statement = statementOf(summary.plan);
    const conditions = judgements.map((judgement) => ({
      ...judgement,
      condition: judgement.condition.text,
      finding: conditionText(judgement, summary),
    }));
    console.out(
      jsonText({
        statement,
        exitCode,
        folder,
        files,
        conditions,
        summary,
        comparison: compared?.comparison,
      }),
    );
    if (compared !== undefined) warnOfUnknown(compared, console);
    return exitCode;
  }
  if (withStatement) printText(statementOf(summary.plan), console);
  if (verbose)
    console.outPainted(`${renderSections(report, console.outStyle)}\n${filesText(files)}\n`);
  console.outPainted(renderHead(report, console.outStyle));
  console.outPainted(conditionLines(summary, judgements, console));
  const compared = await compare?.();
  if (compared !== undefined) {
    console.out('\n');
    printComparedRuns(compared, console);
  }
  // Written last, so that an error does not hide an answer that took hours.
  await writeCiReport(options, runCiReport(summary, judgements, compared));
  return Math.max(ownExitCode, compared?.exitCode ?? 0);
};

/**
 * Prints a comparison of two runs, and writes the report for CI.
 *
 * @returns the exit code: 1 if a run is INVALID or `--fail-on` names the word of a figure
 */
export const printComparison = async (
  compared: ComparedRuns,
  options: Pick<PrintOptions, 'json' | 'ci-report'>,
  console: Console,
): Promise<number> => {
  const { exitCode, files, comparison } = compared;
  if (options.json) {
    console.out(jsonText({ exitCode, files, comparison }));
    warnOfUnknown(compared, console);
  } else {
    printComparedRuns(compared, console);
  }
  await writeCiReport(options, comparisonCiReport(compared));
  return exitCode;
};
