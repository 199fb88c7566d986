import { join } from 'node:path';
import { summarise } from '../../lib/bench/analysis/summarise.ts';
import { renderCsv } from '../../lib/bench/report/render-data.ts';
import { renderHtml } from '../../lib/bench/report/render-html.ts';
import { renderMarkdown } from '../../lib/bench/report/render-markdown.ts';
import { renderHead, renderSections } from '../../lib/bench/report/render-terminal.ts';
import { dataFilesOf, reportOf } from '../../lib/bench/report/report.ts';
import { stabilityRun } from '../support/stability-run.ts';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';

/**
 * The recorded run in each format by the name of its file, of the page without style, script and drawings; and a run of stability in
 * Markdown, with its answer in a terminal.
 */
export const goldenReports = async (): Promise<ReadonlyMap<string, string>> => {
  const data = await readRunFolder(join(import.meta.dirname, 'recorded-run'));
  const summary = summarise(data);
  const report = reportOf(summary, { page: 'report.html' });
  const style = { color: false, width: 120 };
  const stability = reportOf(summarise(stabilityRun()));
  return new Map([
    ['stability.md', renderMarkdown(stability)],
    ['stability.txt', renderHead(stability, style)],
    [
      'report.html',
      renderHtml(report).replace(
        /<(style|script|svg)[^>]*>[\s\S]*?<\/\1>|<meta http-equiv[^>]*>/g,
        '',
      ),
    ],
    ['report.md', renderMarkdown(report)],
    ['terminal.txt', `${renderSections(report, style)}\n${renderHead(report, style)}`],
    ...dataFilesOf(data, summary)
      .filter(({ name }) => name !== 'measurements.csv')
      .map((file) => [file.name, [...renderCsv(file, summary)].join('')] as const),
  ]);
};
