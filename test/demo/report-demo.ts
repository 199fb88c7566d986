// `npm run report:demo [-- DIR]` writes the report of a run that was recorded on a small machine, and a page with the figures
// that the study of 2021 published, into results/demo or DIR.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chartPng } from '../../lib/bench/report/charts/chart-png.ts';
import { standaloneSvg } from '../../lib/bench/report/charts/standalone-svg.ts';
import { renderPublishedCsv } from '../../lib/bench/report/published-csv.ts';
import { renderPublishedPage } from '../../lib/bench/report/published-page.ts';
import { writeReport } from '../../lib/bench/report/write-report.ts';

const out = resolve(process.argv[2] ?? 'results/demo');

const writeRecorded = async (): Promise<string> => {
  const folder = join(out, 'recorded');
  await cp(join(import.meta.dirname, 'recorded-run'), folder, { recursive: true });
  return (await writeReport(folder)).html;
};

const writePublished = async (): Promise<string> => {
  const folder = join(out, 'published');
  const { html, charts } = renderPublishedPage();
  await mkdir(join(folder, 'charts'), { recursive: true });
  await writeFile(join(folder, 'report.html'), html);
  await writeFile(join(folder, 'points.csv'), renderPublishedCsv());
  for (const chart of charts) {
    const svg = standaloneSvg(chart);
    await writeFile(join(folder, 'charts', `${chart.name}.svg`), svg);
    await writeFile(join(folder, 'charts', `${chart.name}.png`), await chartPng(svg));
  }
  return join(folder, 'report.html');
};

process.stdout.write(`${await writeRecorded()}\n${await writePublished()}\n`);
