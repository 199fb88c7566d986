import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunData } from '../../lib/bench/results/run-folder.ts';

/** Writes a run's data as the runner does: plan.json, environment.json and one line a record in results.jsonl. */
export const writeRecordedRunFolder = async (folder: string, data: RunData): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'plan.json'), JSON.stringify(data.plan, null, 2));
  await writeFile(join(folder, 'environment.json'), JSON.stringify(data.environment, null, 2));
  const lines = data.records.map((record) => `${JSON.stringify(record)}\n`);
  await writeFile(join(folder, 'results.jsonl'), lines.join(''));
};
