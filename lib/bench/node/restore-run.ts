import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runKeys } from '../../deployment/run-keys.ts';
import type { Aws } from '../aws/clients.ts';
import { listObjects, readText } from '../aws/objects.ts';
import type { RunPlace } from './upload.ts';

/** The plan comes last, so that a restoration that was cut off is done again. */
const FILES = ['results.jsonl', 'environment.json', 'plan.json'];

/**
 * Makes the run folder of a pair again from what it wrote to the bucket, for a node that takes the place of another. Raw
 * samples stay where they are.
 *
 * @returns false where the bucket holds no plan of this pair
 */
export const restoreRun = async (
  aws: Aws,
  { folder, bucket, runId, pair }: RunPlace,
): Promise<boolean> => {
  const prefix = runKeys.pair(runId, pair);
  // Listed first: to ask for an object that is not there is denied to a role that may list only below runs/.
  const present = new Set((await listObjects(aws, bucket, prefix)).map(({ key }) => key));
  if (!present.has(`${prefix}plan.json`)) return false;
  await mkdir(join(folder, 'samples'), { recursive: true });
  for (const name of FILES.filter((one) => present.has(`${prefix}${one}`))) {
    await writeFile(join(folder, name), (await readText(aws, bucket, `${prefix}${name}`)) ?? '');
  }
  return true;
};
