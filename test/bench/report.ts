/*
 * Measures the costs of reports by number of measurements: time, memory and file sizes. `npm run bench:report` prints them as Markdown and
 * compares them with the limits: 10,000 measurements in 5 s with a page of 1.5 MB, and at most linear growth beyond that.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRecordedRunFolder } from '../support/recorded-run-folder.ts';
import { manyMeasurements, type RunSize } from './report/many-measurements.ts';
import type { ReportTimes } from './report/timed-report.ts';

const SIZES: readonly RunSize[] = [
  { targets: 5, levels: 10, repeats: 5 },
  { targets: 20, levels: 25, repeats: 5 },
  { targets: 40, levels: 63, repeats: 10 },
];

const LIMITS = { measurements: 10_000, seconds: 5, pageBytes: 1_500_000 } as const;

interface Measured extends ReportTimes {
  readonly measurements: number;
  readonly resultsBytes: number;
  readonly pageBytes: number;
  readonly charts: number;
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Uses a new process, so that no size benefits from the warm-up of another. */
const timesOf = async (folder: string): Promise<ReportTimes> => {
  const child = fork(join(import.meta.dirname, 'report/timed-report.ts'), [folder]);
  const [times] = (await once(child, 'message')) as [ReportTimes];
  await once(child, 'exit');
  return times;
};

const measure = async (size: RunSize): Promise<Measured> => {
  const folder = await mkdtemp(join(tmpdir(), 'report-'));
  try {
    const data = manyMeasurements(size);
    await writeRecordedRunFolder(folder, data);
    return {
      ...(await timesOf(folder)),
      measurements: data.plan.measurements.length,
      resultsBytes: (await stat(join(folder, 'results.jsonl'))).size,
      pageBytes: (await stat(join(folder, 'report.html'))).size,
      charts: (await readdir(join(folder, 'charts'))).length,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
};

const seconds = (ms: number): string => (ms / 1000).toFixed(2);
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);

const COLUMNS: readonly (readonly [title: string, text: (size: Measured) => string])[] = [
  ['measurements', ({ measurements }) => String(measurements)],
  ['all files, s', ({ wallMs }) => seconds(wallMs)],
  ['CPU s', ({ cpuMs }) => seconds(cpuMs)],
  ['peak, MB', ({ peakBytes }) => String(Math.round(peakBytes / 1e6))],
  ['results.jsonl, MB', ({ resultsBytes }) => megabytes(resultsBytes)],
  ['report.html, MB', ({ pageBytes }) => megabytes(pageBytes)],
  ['charts', ({ charts }) => String(charts)],
];

const printRow = (cells: readonly string[]): void => print(`| ${cells.join(' | ')} |`);

const verdict = (isMet: boolean): string => (isMet ? 'met' : 'NOT MET');

/** Compares the size that has limits with them. */
const printLimits = ({ wallMs, pageBytes }: Measured): void => {
  print(
    `All files of ${LIMITS.measurements} measurements: ${seconds(wallMs)} s, limit ${LIMITS.seconds} s: ${verdict(wallMs <= LIMITS.seconds * 1000)}.`,
  );
  print(
    `The page: ${megabytes(pageBytes)} MB, limit ${megabytes(LIMITS.pageBytes)} MB: ${verdict(pageBytes <= LIMITS.pageBytes)}.`,
  );
};

/** Compares the growth of the costs with that of the number of measurements. */
const printGrowth = (from: Measured, to: Measured): void => {
  const growth = (costOf: (size: Measured) => number): number => costOf(to) / costOf(from);
  const measurements = growth((size) => size.measurements);
  const grown = (
    [
      ['CPU time', (size) => size.cpuMs],
      ['time', (size) => size.wallMs],
      ['peak memory', (size) => size.peakBytes],
      ['report.html', (size) => size.pageBytes],
    ] as const satisfies readonly (readonly [string, (size: Measured) => number])[]
  ).map(
    ([name, costOf]) =>
      `${name} × ${growth(costOf).toFixed(2)}${growth(costOf) > measurements ? ' (MORE)' : ''}`,
  );
  print(
    `From ${from.measurements} to ${to.measurements} measurements, × ${measurements.toFixed(2)}: ${grown.join(', ')}.`,
  );
};

const load = loadavg()[0]?.toFixed(1) ?? '?';
print(
  `${cpus()[0]?.model}, ${cpus().length} cores, load ${load} at the start, Node ${process.versions.node}\n`,
);
printRow(COLUMNS.map(([title]) => title));
print('| --- '.repeat(COLUMNS.length).concat('|'));
const measured: Measured[] = [];
for (const size of SIZES) {
  const figures = await measure(size);
  printRow(COLUMNS.map(([, text]) => text(figures)));
  measured.push(figures);
}
print('');
const limited = measured.find(({ measurements }) => measurements === LIMITS.measurements);
const largest = measured.at(-1);
if (limited === undefined || largest === undefined) throw new Error('no sizes');
printLimits(limited);
printGrowth(limited, largest);
