/* What a report costs by the number of cells: time, memory, sizes of its files. `npm run bench:report` prints them as Markdown. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRecordedRunFolder } from '../support/recorded-run-folder.ts';
import { manyCells, type RunSize } from './report/many-cells.ts';
import type { ReportTimes } from './report/timed-report.ts';

const SIZES: readonly RunSize[] = [
  { paths: 5, levels: 10, repeats: 5 },
  { paths: 20, levels: 25, repeats: 5 },
  { paths: 40, levels: 63, repeats: 10 },
];

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

const mebibytes = async (file: string): Promise<string> =>
  ((await stat(file)).size / 1024 ** 2).toFixed(2);

print(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.versions.node}\n`);
print(
  '| cells | rows | read, CPU s | summarise, CPU s | charts, CPU s | HTML, CPU s | whole report, CPU s | CPU µs a cell | whole report, s | peak MiB | results.jsonl, MiB | report.html, MiB | charts |',
);
print('| --- '.repeat(13).concat('|'));
for (const size of SIZES) {
  const folder = await mkdtemp(join(tmpdir(), 'report-'));
  try {
    const data = manyCells(size);
    await writeRecordedRunFolder(folder, data);
    const cells = data.plan.cells.length;
    const times = await timesOf(folder);
    const charts = await readdir(join(folder, 'charts'));
    const figures = [
      cells,
      times.rows,
      ...[
        times.readCpuMs,
        times.summariseCpuMs,
        times.chartsCpuMs,
        times.htmlCpuMs,
        times.wholeCpuMs,
      ].map((ms) => (ms / 1000).toFixed(2)),
      Math.round((times.wholeCpuMs * 1000) / cells),
      (times.wholeMs / 1000).toFixed(2),
      Math.round(times.peakBytes / 1024 ** 2),
      await mebibytes(join(folder, 'results.jsonl')),
      await mebibytes(join(folder, 'report.html')),
      charts.length,
    ];
    print(`| ${figures.join(' | ')} |`);
  } finally {
    await rm(folder, { recursive: true });
  }
}
