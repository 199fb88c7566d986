import { writeReport } from '../report/write-report.ts';
import { commonOptionSpecs, type Command } from './command.ts';
import { helpTexts } from './help.ts';
import { printResult } from './run-result.ts';
import { demandWords, parseCommandLine, usageError } from './usage.ts';

/** Writes the report of a run folder anew. */
export const reportCommand: Command = async ({ args, console }) => {
  const { values, positionals } = parseCommandLine(args, commonOptionSpecs, 'report');
  if (values.help === true) {
    console.out(helpTexts.report);
    return 0;
  }
  demandWords(positionals, 1, 'report');
  const [folder] = positionals;
  if (folder === undefined) {
    throw usageError('"bench report" needs a run folder', 'bench report results/…');
  }
  const report = await writeReport(folder);
  return printResult(report, folder, console, { json: values.json === true, withStatement: true });
};
