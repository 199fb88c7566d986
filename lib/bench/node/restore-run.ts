import { mkdir, writeFile } from 'node:fs/promises';
import { runKeys } from '../../deployment/run-keys.ts';
import { runFilesIn } from '../results/run-folder.ts';
import type { MirroredPlace } from './mirrored-objects.ts';
import type { ResultsBucket } from './results-bucket.ts';
import { statusFileIn } from './status-writer.ts';

/** How many records are read at once. */
const AT_ONCE = 8;

const inBatches = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  }
  return results;
};

/**
 * Makes the run folder of a pair again from what it wrote to the bucket, for a node that takes the place of another. Raw
 * samples stay where they are. The plan comes last, so that a restoration that was cut off is done again.
 *
 * @returns false where the bucket holds nothing of this pair's run
 */
export const restoreRun = async (
  bucket: ResultsBucket,
  { folder, runId, pair }: MirroredPlace,
): Promise<boolean> => {
  // Listed first: to ask for an object that is not there is denied to a role that may list only below runs/.
  const present = await bucket.list(runKeys.pair(runId, pair));
  const read = async (key: string): Promise<Buffer | undefined> =>
    present.has(key) ? bucket.get(key) : undefined;
  const plan = await read(runKeys.plan(runId, pair));
  if (plan === undefined) return false;
  const files = runFilesIn(folder);
  await mkdir(files.samples, { recursive: true });
  const recordKeys = [...present.keys()].filter((key) =>
    key.startsWith(runKeys.records(runId, pair)),
  );
  const records = await inBatches(recordKeys.toSorted(), read);
  const lines = records.flatMap((record) => {
    const line = record?.toString('utf8').trim() ?? '';
    return line === '' ? [] : [`${line}\n`];
  });
  await writeFile(files.results, lines.join(''));
  const environment = await read(runKeys.environment(runId, pair));
  if (environment !== undefined) await writeFile(files.environment, environment);
  const status = await read(runKeys.status(runId, pair));
  if (status !== undefined) await writeFile(statusFileIn(folder), status);
  await writeFile(files.plan, plan);
  return true;
};
