import { basename, join, resolve } from 'node:path';
import type { ValuesOf } from '../../../serving-configs/options/command.ts';
import { type Comparison, failureOf } from '../analysis/comparison/comparison.ts';
import { comparisonCiReport } from '../report/ci-report.ts';
import { writeComparison } from '../report/write-comparison.ts';
import { renderHead, renderSections } from '../report/render-terminal.ts';
import { writeReport } from '../report/write-report.ts';
import { type Command, type Console, jsonText } from './command.ts';
import type { reportOptions } from './options.ts';
import { assertCiFolder, printResult, writeCiReport } from './run-result.ts';

type ReportValues = ValuesOf<typeof reportOptions>;

const outputFor = (before: string, after: string): string =>
  join('results', `comparison-${basename(resolve(before))}-${basename(resolve(after))}`);

const exitCodeOf = ({ before, after, changes }: Comparison, failOn: readonly string[]): 0 | 1 =>
  before.valid && after.valid && !changes.some((change) => failOn.includes(failureOf(change) ?? ''))
    ? 0
    : 1;

/**
 * Compares two runs, writes the comparison and prints it.
 *
 * @returns the exit code: 1 if a run is INVALID or `--fail-on` names the word of a figure
 */
const compareRunFolders = async (
  before: string,
  after: string,
  values: ReportValues,
  console: Console,
): Promise<number> => {
  const { output = outputFor(before, after), 'fail-on': failOn = [] } = values;
  const { comparison, files, report } = await writeComparison(before, after, output);
  const exitCode = exitCodeOf(comparison, failOn);
  const forCi = comparisonCiReport(comparison, failOn);
  if (values.json) {
    await writeCiReport(values, forCi);
    console.out(jsonText({ exitCode, files, comparison }));
    return exitCode;
  }
  console.outPainted(renderHead(report, console.outStyle));
  console.outPainted(renderSections(report, console.outStyle));
  console.out(`\nreport   ${files.markdown}\nfigures  ${files.json}\n`);
  await writeCiReport(values, forCi);
  return exitCode;
};

/** Writes the report of a run folder again, or compares two run folders. */
export const reportCommand: Command<typeof reportOptions> = async (values, { console }) => {
  const { dir: folder, after, 'slo-p99': sloP99Ms } = values;
  await assertCiFolder(values);
  if (after !== undefined) return compareRunFolders(folder, after, values, console);
  const report = await writeReport(folder, { sloP99Ms });
  return printResult(report, folder, console, { ...values, withStatement: true });
};
