// `npm run report:demo [-- DIR]` writes the report of a run that was recorded on a small machine, and a page with the figures
// that the study of 2021 published, into results/demo or DIR.
import { cp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writePublished } from '../../lib/bench/report/published/write-published.ts';
import { writeReport } from '../../lib/bench/report/write-report.ts';

const out = resolve(process.argv[2] ?? 'results/demo');

const writeRecorded = async (): Promise<string> => {
  const folder = join(out, 'recorded');
  await cp(join(import.meta.dirname, 'recorded-run'), folder, { recursive: true });
  return (await writeReport(folder)).html;
};

process.stdout.write(`${await writeRecorded()}\n${await writePublished(join(out, 'published'))}\n`);
