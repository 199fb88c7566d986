import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { BenchError, messageOf, systemCodeOf } from '../model/errors.ts';
import { summarise, type SummariseOptions } from '../analysis/summarise.ts';
import type { Summary } from '../analysis/summary.ts';
import { reportedRecords } from '../analysis/records.ts';
import { readRunFolder } from '../results/run-folder.ts';
import { writeAtomically } from '../results/write-atomically.ts';
import { drawChart, type Chart } from './charts/draw-chart.ts';
import { jsonPieces, renderCsv } from './render-data.ts';
import type { Report } from './model.ts';
import { renderHtml } from './render-html.ts';
import { renderMarkdown } from './render-markdown.ts';
import { dataFilesOf, reportOf } from './report.ts';

/** The paths of the files of a report. */
export interface ReportFiles {
  readonly html: string;
  readonly markdown: string;
  readonly json: string;
  readonly csv: readonly string[];
  readonly charts: readonly string[];
}

export interface WrittenReport {
  readonly files: ReportFiles;
  readonly report: Report;
  readonly summary: Summary;
}

/** Whatever is measured is safe: only the report is missing. Other errors are ours. */
const writeError = (runFolder: string, error: unknown): unknown => {
  const code = systemCodeOf(error);
  if (code === undefined) return error;
  const isFull = code === 'ENOSPC';
  return new BenchError(
    isFull ? 'BENCH_DISK_FULL' : 'BENCH_DISK',
    isFull
      ? `the disk is full: the report could not be written to ${runFolder}; all measurements are safe`
      : `the report could not be written to ${runFolder}: ${messageOf(error)}`,
    {
      hint: `${isFull ? 'make room' : 'make the folder yours to write to, or copy it'}, then write it again: npx serving-compare report ${shellWord(runFolder)}`,
      cause: error,
    },
  );
};

/**
 * Writes the report of a run into its folder, each file atomically, and replaces an earlier report. The report of a run that was
 * cut off says so.
 *
 * @param runFolder folder with plan.json, environment.json and results.jsonl
 * @param limits p99 limits that replace those of the plan
 * @throws BenchError `BENCH_DISK_FULL` or `BENCH_DISK` if a file cannot be written
 * @throws as {@link readRunFolder} and {@link summarise} if the folder cannot be read or its files do not belong together
 */
export const writeReport = async (
  runFolder: string,
  limits: Pick<SummariseOptions, 'sloP99Ms'> = {},
): Promise<WrittenReport> => {
  const records = await readRunFolder(runFolder, reportedRecords);
  const summary = summarise(records, limits);
  const data = dataFilesOf(records, summary);
  const names = data.map(({ name }) => name);
  const inFolder = (name: string): string => join(runFolder, name);
  const html = inFolder('report.html');
  const report = reportOf(summary, {
    data: ['summary.json', ...names, 'results.jsonl'],
    page: html,
  });
  const blocks = [...report.head, ...report.sections.flatMap((section) => section.blocks)];
  const charts = blocks.flatMap((block) => (block.kind === 'charts' ? block.charts : []));
  const chartFile = ({ name }: Chart): string => inFolder(`charts/${name}.svg`);
  const files: ReportFiles = {
    html,
    markdown: inFolder('report.md'),
    json: inFolder('summary.json'),
    csv: names.map(inFolder),
    charts: charts.map(chartFile),
  };
  try {
    await mkdir(inFolder('charts'), { recursive: true });
    await writeAtomically(files.html, renderHtml(report));
    // The texts of a long run take hundreds of megabytes: only one is in memory at a time.
    await writeAtomically(files.json, jsonPieces(summary));
    for (const file of data) await writeAtomically(inFolder(file.name), renderCsv(file));
    await writeAtomically(files.markdown, renderMarkdown(report));
    for (const chart of charts) await writeAtomically(chartFile(chart), drawChart(chart));
  } catch (error) {
    throw writeError(runFolder, error);
  }
  return { files, report, summary };
};
