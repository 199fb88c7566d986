import { join } from 'node:path';
import { summarise } from '../../lib/bench/analysis/summarise.ts';
import { chartsOf } from '../../lib/bench/report/charts/chart-set.ts';
import { drawChart } from '../../lib/bench/report/charts/draw-chart.ts';
import { jsonPieces, renderCsv } from '../../lib/bench/report/render-data.ts';
import { renderHtml } from '../../lib/bench/report/render-html.ts';
import { renderMarkdown } from '../../lib/bench/report/render-markdown.ts';
import { renderHead, renderSections } from '../../lib/bench/report/render-terminal.ts';
import { dataFilesOf, reportOf } from '../../lib/bench/report/report.ts';
import { readRunFolder, type RunData } from '../../lib/bench/results/run-folder.ts';
import { stabilityRun } from '../support/stability-run.ts';
import { goldenWords } from './golden-words.ts';

const NO_STYLE_SCRIPT_SVG = /<(style|script|svg)[^>]*>[\s\S]*?<\/\1>|<meta http-equiv[^>]*>/g;
const STYLE = { color: false, width: 120 } as const;

const csvFiles = (data: RunData, ...names: readonly string[]) => {
  const summary = summarise(data);
  return dataFilesOf(data, summary)
    .filter(({ name }) => names.includes(name))
    .map((file) => [file.name, [...renderCsv(file)].join('')] as const);
};

/**
 * Reports in each format by file name: of the recorded run, and of a small stability run where that of the recorded run would be
 * too long to read. The HTML is without style, script and charts; two of the charts are files of their own.
 */
export const goldenReports = async (): Promise<ReadonlyMap<string, string>> => {
  const data = await readRunFolder(join(import.meta.dirname, 'recorded-run'));
  const summary = summarise(data);
  const report = reportOf(summary, { page: 'report.html', data: ['summary.json', 'summary.csv'] });
  const charts = chartsOf(summary);
  const drawn = [charts.head, charts.groups[0]?.charts[0]].filter((chart) => chart !== undefined);
  const stabilityData = stabilityRun();
  const stability = summarise(stabilityData);
  const stabilityReport = reportOf(stability);
  return new Map([
    ['report.html', renderHtml(report).replace(NO_STYLE_SCRIPT_SVG, '')],
    ['report.md', renderMarkdown(report)],
    ['terminal.txt', `${renderSections(report, STYLE)}\n${renderHead(report, STYLE)}`],
    ...drawn.map((chart) => [`${chart.name}.svg`, drawChart(chart)] as const),
    ...csvFiles(data, 'summary.csv', 'measurements.csv', 'verdicts.csv'),
    ...csvFiles(stabilityData, 'stability.csv'),
    ['summary.json', [...jsonPieces(stability)].join('')],
    ['stability.md', renderMarkdown(stabilityReport)],
    ['stability.txt', renderHead(stabilityReport, STYLE)],
    ['words.txt', goldenWords()],
  ]);
};
