import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadJob } from '../job.ts';
import type { K6Files } from './arguments.ts';

/** A folder of its own for one run of k6, with what k6 reads and an empty file for what it writes. */
export const makeWorkFolder = async (
  job: LoadJob,
): Promise<{ readonly files: K6Files; readonly remove: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'serving-compare-k6-'));
  const files: K6Files = {
    job: join(folder, 'job.json'),
    config: join(folder, 'config.json'),
    lines: join(folder, 'lines.tsv'),
    summary: join(folder, 'summary.json'),
  };
  await writeFile(files.job, JSON.stringify(job));
  await writeFile(files.config, '{}');
  await writeFile(files.lines, '');
  return { files, remove: () => rm(folder, { recursive: true, force: true }) };
};
