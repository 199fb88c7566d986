import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunData } from '../../lib/bench/results/run-folder.ts';

/** The records of a large run do not fit into one string. */
const BATCH_SIZE = 1000;

function* textsOf(records: RunData['records']): Generator<string> {
  for (let from = 0; from < records.length; from += BATCH_SIZE) {
    const batch = records.slice(from, from + BATCH_SIZE);
    yield batch.map((record) => `${JSON.stringify(record)}\n`).join('');
  }
}

/** Writes a run folder as the runner does: plan.json, environment.json and results.jsonl with one record a line. */
export const writeRecordedRunFolder = async (folder: string, data: RunData): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'plan.json'), JSON.stringify(data.plan, null, 2));
  await writeFile(join(folder, 'environment.json'), JSON.stringify(data.environment, null, 2));
  await writeFile(join(folder, 'results.jsonl'), textsOf(data.records));
};
