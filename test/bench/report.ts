/*
 * What a report costs by the number of measurements: time, memory, sizes of its files. `npm run bench:report` prints them as Markdown,
 * and holds them against what is promised: 10,000 measurements in 5 s and a page of 1.5 MB, and no more than linear growth from there.
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

const PROMISED = { measurements: 10_000, seconds: 5, pageBytes: 1_500_000 } as const;

interface Measured extends ReportTimes {
  readonly measurements: number;
  readonly resultsBytes: number;
  readonly pageBytes: number;
  readonly charts: number;
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** In a process of its own, so that no size profits from what another one has warmed up. */
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

const COLUMNS: readonly (readonly [title: string, text: (one: Measured) => string])[] = [
  ['measurements', ({ measurements }) => String(measurements)],
  ['all files, s', ({ wallMs }) => seconds(wallMs)],
  ['CPU s', ({ cpuMs }) => seconds(cpuMs)],
  ['peak, MB', ({ peakBytes }) => String(Math.round(peakBytes / 1e6))],
  ['results.jsonl, MB', ({ resultsBytes }) => megabytes(resultsBytes)],
  ['report.html, MB', ({ pageBytes }) => megabytes(pageBytes)],
  ['charts', ({ charts }) => String(charts)],
];

const tableLine = (measurements: readonly string[]): void =>
  print(`| ${measurements.join(' | ')} |`);

const kept = (isKept: boolean): string => (isKept ? 'kept' : 'NOT KEPT');

/** What the size that something is promised of took, and what is promised. */
const printPromise = ({ wallMs, pageBytes }: Measured): void => {
  print(
    `Promised of ${PROMISED.measurements} measurements: ${PROMISED.seconds} s, took ${seconds(wallMs)} s with all files: ${kept(wallMs <= PROMISED.seconds * 1000)}.`,
  );
  print(
    `Promised of the page: ${megabytes(PROMISED.pageBytes)} MB, is ${megabytes(pageBytes)} MB: ${kept(pageBytes <= PROMISED.pageBytes)}.`,
  );
};

/** How much more a larger run takes, held against how many more measurements it has. */
const printGrowth = (from: Measured, to: Measured): void => {
  const times = (of: (one: Measured) => number): number => of(to) / of(from);
  const measurements = times((one) => one.measurements);
  const grown = (
    [
      ['CPU time', (one) => one.cpuMs],
      ['time', (one) => one.wallMs],
      ['peak memory', (one) => one.peakBytes],
      ['report.html', (one) => one.pageBytes],
    ] as const satisfies readonly (readonly [string, (one: Measured) => number])[]
  ).map(
    ([what, of]) => `${what} × ${times(of).toFixed(2)}${times(of) > measurements ? ' (MORE)' : ''}`,
  );
  print(
    `From ${from.measurements} to ${to.measurements} measurements, × ${measurements.toFixed(2)}: ${grown.join(', ')}.`,
  );
};

const load = loadavg()[0]?.toFixed(1) ?? '?';
print(
  `${cpus()[0]?.model}, ${cpus().length} cores, load ${load} before it began, Node ${process.versions.node}\n`,
);
tableLine(COLUMNS.map(([title]) => title));
print('| --- '.repeat(COLUMNS.length).concat('|'));
const measured: Measured[] = [];
for (const size of SIZES) {
  const one = await measure(size);
  tableLine(COLUMNS.map(([, text]) => text(one)));
  measured.push(one);
}
print('');
const promised = measured.find(({ measurements }) => measurements === PROMISED.measurements);
const largest = measured.at(-1);
if (promised === undefined || largest === undefined) throw new Error('no sizes');
printPromise(promised);
printGrowth(promised, largest);
