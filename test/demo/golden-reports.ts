import { join } from 'node:path';
import { summarise } from '../../lib/bench/analysis/summarise.ts';
import { renderAnswer } from '../../lib/bench/report/render-answer.ts';
import { renderCsv } from '../../lib/bench/report/render-data.ts';
import { renderHtml } from '../../lib/bench/report/render-html.ts';
import { renderMarkdown } from '../../lib/bench/report/render-markdown.ts';
import { renderTerminal } from '../../lib/bench/report/render-terminal.ts';
import { reportOf } from '../../lib/bench/report/report.ts';
import { summaryFile } from '../../lib/bench/report/sections/results.ts';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';

/** The recorded run in each format by the name of its file; of the page without style, script and drawings. */
export const goldenReports = async (): Promise<ReadonlyMap<string, string>> => {
  const data = await readRunFolder(join(import.meta.dirname, 'recorded-run'));
  const summary = summarise(data);
  const report = reportOf(summary);
  return new Map([
    [
      'report.html',
      renderHtml(report).replace(
        /<(style|script|svg)[^>]*>[\s\S]*?<\/\1>|<meta http-equiv[^>]*>/g,
        '',
      ),
    ],
    ['report.md', renderMarkdown(report)],
    ['answer.txt', renderAnswer(summary, 'report.html', { color: false, width: 120 }) ?? ''],
    ['terminal.txt', renderTerminal(report, { color: false, width: 120 })],
    ['summary.csv', [...renderCsv(summaryFile(summary), summary)].join('')],
  ]);
};
