import { dirname, join } from 'node:path';
import type { Summary } from '../analysis/summary.ts';
import { renderTable } from '../report/terminal-table.ts';
import type { ReportFiles } from '../report/write-report.ts';
import { jsonText } from './command.ts';
import type { Console } from './console.ts';

/** 0, or 1 where the run is invalid. */
const exitCodeOf = ({ validity }: Summary): 0 | 1 => (validity?.valid === false ? 1 : 0);

/** Prints what a run gave: a table and the paths of the files, or all of it as JSON. */
export const printResult = (
  report: ReportFiles,
  folder: string,
  console: Console,
  { json, withStatement }: { readonly json: boolean; readonly withStatement: boolean },
): number => {
  const { summary, charts, ...files } = report;
  const exitCode = exitCodeOf(summary);
  if (json) {
    const { statement } = summary;
    console.out(jsonText({ statement, exitCode, folder, files: { ...files, charts }, summary }));
    return exitCode;
  }
  const table = renderTable(summary, console.outStyle);
  console.out(withStatement ? table : table.slice(summary.statement.length + 1));
  const [chart] = charts;
  const lines = [
    ['report', files.html],
    ['', files.markdown],
    ['figures', files.json],
    ['', files.csv],
    ['', files.measurements],
    ['', files.targets],
    ['', files.verdicts],
    ['', files.checks],
    ...(files.sloRates === undefined ? [] : [['', files.sloRates]]),
    ...(files.study === undefined ? [] : [['', files.study]]),
    ...(chart === undefined
      ? []
      : [['charts', `${join(dirname(chart), '*.svg')} and *.png, ${charts.length / 2} of each`]]),
  ].map(([title = '', file = '']) => `${title.padEnd(8)} ${file}`);
  console.out(`\n${lines.join('\n')}\n`);
  return exitCode;
};
