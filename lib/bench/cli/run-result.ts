import { dirname, join } from 'node:path';
import type { Summary } from '../analysis/summary.ts';
import { renderTerminal } from '../report/render-terminal.ts';
import type { WrittenReport } from '../report/write-report.ts';
import { type Console, jsonText } from './command.ts';

/** 0, or 1 where the run is invalid. */
const exitCodeOf = ({ validity }: Summary): 0 | 1 => (validity?.valid === false ? 1 : 0);

/** The paths of the files of a report, one a line. */
const filesText = ({ html, markdown, json, charts, ...data }: WrittenReport['files']): string => {
  const [chart] = charts;
  return [
    ['report', html],
    ['', markdown],
    ['figures', json],
    ...Object.values(data).map((file) => ['', file]),
    ...(chart === undefined
      ? []
      : [['charts', `${join(dirname(chart), '*.svg')} and *.png, ${charts.length / 2} of each`]]),
  ]
    .map(([title = '', file = '']) => `${title.padEnd(8)} ${file}\n`)
    .join('');
};

/** Prints what a run gave: its answer and the paths of the files, or all of it as JSON. */
export const printResult = (
  { files, report, summary }: WrittenReport,
  folder: string,
  console: Console,
  { json, withStatement }: { readonly json: boolean; readonly withStatement: boolean },
): number => {
  const exitCode = exitCodeOf(summary);
  if (json) {
    const { statement } = summary;
    console.out(jsonText({ statement, exitCode, folder, files, summary }));
    return exitCode;
  }
  const answer = renderTerminal(report, console.outStyle);
  console.out(withStatement ? answer : answer.slice(summary.statement.length + 1));
  console.out(`\n${filesText(files)}`);
  return exitCode;
};
