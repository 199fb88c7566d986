import { writeReport } from '../report/write-report.ts';
import { commonOptionSpecs, type Command } from './command.ts';
import { compareRunFolders } from './compare-runs.ts';
import { sloBoundsOf } from './option-values.ts';
import { printResult } from './run-result.ts';
import { demandWords, parseCommandLine, usageError } from './usage.ts';

const optionSpecs = {
  ...commonOptionSpecs,
  output: { type: 'string' },
  'slo-p99-ms': { type: 'string', multiple: true },
  'fail-on': { type: 'string', multiple: true },
} as const;

/** Writes the report of a run folder anew, or compares two run folders. */
export const reportCommand: Command = async ({ args, console }) => {
  const { values, positionals } = parseCommandLine(args, optionSpecs, 'report');
  demandWords(positionals, 2, 'report');
  const [folder, after] = positionals;
  const { output, 'fail-on': failOn = [], json = false } = values;
  const bounds = values['slo-p99-ms'];
  if (folder === undefined) {
    throw usageError(
      '"serving-compare report" needs a run folder',
      'npx serving-compare report results/…',
    );
  }
  if (after !== undefined) {
    if (bounds !== undefined) {
      throw usageError(
        '--slo-p99-ms is for the report of one run',
        'npx serving-compare report results/… --slo-p99-ms 50',
      );
    }
    return compareRunFolders(folder, after, { json, output, failOn }, console);
  }
  if (output !== undefined || failOn.length > 0) {
    throw usageError(
      '--output and --fail-on are for the comparison of two runs',
      'npx serving-compare report results/BEFORE results/AFTER --fail-on slower',
    );
  }
  const report = await writeReport(folder, { sloP99Ms: bounds && sloBoundsOf(bounds) });
  return printResult(report, folder, console, { json, withStatement: true });
};
