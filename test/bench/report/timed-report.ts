/* Writes the report of a run folder, then takes the same steps one by one, and sends what it took to the parent process. */
import { stat } from 'node:fs/promises';
import { summarise } from '../../../lib/bench/analysis/summarise.ts';
import { reportedRecords } from '../../../lib/bench/analysis/window-course.ts';
import { renderHtml } from '../../../lib/bench/report/render-html.ts';
import { drawCharts } from '../../../lib/bench/report/charts/chart-set.ts';
import { reportOf } from '../../../lib/bench/report/report.ts';
import { writeReport } from '../../../lib/bench/report/write-report.ts';
import { readRunFolder } from '../../../lib/bench/results/run-folder.ts';

/** CPU time of the parts, which other processes on the machine change little, and the time on the clock of the whole. */
export interface ReportTimes {
  readonly rows: number;
  readonly readCpuMs: number;
  readonly summariseCpuMs: number;
  readonly chartsCpuMs: number;
  readonly htmlCpuMs: number;
  /** Everything that "npx serving-compare report" does, with all files. */
  readonly wholeCpuMs: number;
  readonly wholeMs: number;
  /** Until report.html is there; the images of the charts come after it. */
  readonly pageMs: number;
  /** Greatest resident size of the process, until all files are there. */
  readonly peakBytes: number;
}

const [folder = ''] = process.argv.slice(2);

let last = process.cpuUsage();
const lap = (): number => {
  const { user, system } = process.cpuUsage(last);
  last = process.cpuUsage();
  return (user + system) / 1000;
};

const [start, startedAt] = [performance.now(), Date.now()];
const {
  files: { html },
} = await writeReport(folder);
const wholeMs = performance.now() - start;
const pageMs = (await stat(html)).mtimeMs - startedAt;
const wholeCpuMs = lap();
// Before the steps are taken once more, beside what is left of them.
const peakBytes = process.resourceUsage().maxRSS * 1024;
const data = await readRunFolder(folder, reportedRecords);
const readCpuMs = lap();
const summary = summarise(data);
const summariseCpuMs = lap();
const charts = drawCharts(summary);
const chartsCpuMs = lap();
renderHtml(reportOf(summary, charts));
const htmlCpuMs = lap();
const times: ReportTimes = {
  rows: summary.rows.length,
  readCpuMs,
  summariseCpuMs,
  chartsCpuMs,
  htmlCpuMs,
  wholeCpuMs,
  wholeMs,
  pageMs,
  peakBytes,
};
process.send?.(times);
