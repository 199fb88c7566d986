import { writeReport } from '../report/write-report.ts';
import { usageError, type Command } from './command.ts';
import { compareRunFolders } from './compare-runs.ts';
import type { reportOptions } from './options.ts';
import { printResult } from './run-result.ts';

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
