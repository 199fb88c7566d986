import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { mapLimited } from '../results/map-limited.ts';
import { summarise, type SummariseOptions } from '../analysis/summarise.ts';
import type { Summary } from '../analysis/summary.ts';
import { readRunFolder } from '../results/run-folder.ts';
import { renderMeasurementsCsv } from './measurements-csv.ts';
import { chartSet, runCharts } from './charts/chart-set.ts';
import { chartFiles, writeChart } from './charts/write-chart.ts';
import { renderCsv } from './csv.ts';
import { renderChecksCsv } from './checks-csv.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTargetsCsv } from './targets-csv.ts';
import { renderSloRatesCsv } from './slo-rates-csv.ts';
import { renderStudyCsv } from './study-table.ts';
import { renderSummaryJson } from './summary-json.ts';
import { renderVerdictCsv } from './verdict-csv.ts';
import { writeAtomically } from '../results/write-atomically.ts';

/** The files of a report, and the summary that they show. */
export interface ReportFiles {
  readonly html: string;
  readonly markdown: string;
  readonly json: string;
  readonly csv: string;
  /** One line a measurement, as it was measured. */
  readonly measurements: string;
  /** How each target scales, what it costs, how it starts. */
  readonly targets: string;
  /** Each pair of targets at each load. */
  readonly verdicts: string;
  /** Each row and check, with figure and limit. */
  readonly checks: string;
  /** Each row beside what the study of 2021 printed; absent where they have no load in common. */
  readonly study?: string;
  /** The highest rate of each target within each bound; absent if no bounds were requested. */
  readonly sloRates?: string;
  /** Each chart as SVG, and as PNG beside it. */
  readonly charts: readonly string[];
  readonly summary: Summary;
}

/** Threads of Node's pool that paint; it has four, and the others are for the files. */
const PAINTED_AT_ONCE = 2;

/** A file and what makes its text, as a whole or in pieces. */
type Text = readonly [file: string, render: () => string | Iterable<string>];

/** The texts of a long run take hundreds of megabytes: one of them lives at a time. */
const writeOneByOne = async (texts: readonly Text[]): Promise<void> => {
  for (const [file, render] of texts) await writeAtomically(file, render());
};

/**
 * Writes the report of a run into its folder, each file as a whole; an earlier report is overwritten. Runs that were cut
 * off have a report too, which says so.
 *
 * @param runFolder folder with plan.json, environment.json and results.jsonl
 * @param asked bounds of p99 to hold the run against, instead of its own
 * @throws as {@link readRunFolder} and {@link summarise} where the folder cannot be read or its parts do not fit
 */
export const writeReport = async (
  runFolder: string,
  asked: Pick<SummariseOptions, 'sloP99Ms'> = {},
): Promise<ReportFiles> => {
  const data = await readRunFolder(runFolder);
  const summary = summarise(data, asked);
  const groups = chartSet(summary);
  const ofRun = runCharts(summary);
  const charts = [...groups.flatMap((group) => group.charts), ...ofRun.cost];
  const { study } = summary;
  const sloRatesFile = join(runFolder, 'slo-rates.csv');
  const studyFile = join(runFolder, 'study.csv');
  const files: ReportFiles = {
    html: join(runFolder, 'report.html'),
    markdown: join(runFolder, 'report.md'),
    json: join(runFolder, 'summary.json'),
    csv: join(runFolder, 'summary.csv'),
    measurements: join(runFolder, 'measurements.csv'),
    targets: join(runFolder, 'targets.csv'),
    verdicts: join(runFolder, 'verdicts.csv'),
    checks: join(runFolder, 'checks.csv'),
    ...(study === undefined ? {} : { study: studyFile }),
    ...(summary.sloRates === undefined ? {} : { sloRates: sloRatesFile }),
    charts: charts.flatMap((chart) => chartFiles(runFolder, chart)),
    summary,
  };
  await mkdir(join(runFolder, 'charts'), { recursive: true });
  await writeAtomically(files.html, renderHtml(summary, groups, ofRun));
  // Those of bounds that an earlier report was asked for would look like this one's.
  if (files.sloRates === undefined) await rm(sloRatesFile, { force: true });
  const texts: readonly Text[] = [
    [files.json, () => renderSummaryJson(summary)],
    [files.csv, () => renderCsv(summary)],
    [files.measurements, () => renderMeasurementsCsv(data, summary)],
    [files.targets, () => renderTargetsCsv(summary)],
    [files.verdicts, () => renderVerdictCsv(summary)],
    [files.checks, () => renderChecksCsv(summary)],
    ...(study === undefined ? [] : [[studyFile, () => renderStudyCsv(summary, study)] as const]),
    ...(files.sloRates === undefined
      ? []
      : [[files.sloRates, () => renderSloRatesCsv(summary)] as const]),
    [files.markdown, () => renderMarkdown(summary, groups, ofRun)],
  ];
  await Promise.all([
    // Other threads paint the images, while this one writes the rest.
    mapLimited(charts, PAINTED_AT_ONCE, (chart) => writeChart(runFolder, chart)),
    writeOneByOne(texts),
  ]);
  return files;
};
