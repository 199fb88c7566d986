import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withTimeLimit } from '../../../serving-configs/time-limit.ts';
import { runKeys } from '../../aws/contract/run-keys.ts';
import type { Aws } from '../aws/clients.ts';
import { listObjects, putObject, readText } from '../aws/s3-objects.ts';
import { messageOf } from '../model/errors.ts';

/** The run folder of a pair, and where it is mirrored in the bucket. */
export interface ShareLocation {
  readonly folder: string;
  readonly bucket: string;
  readonly runId: string;
  readonly pair: number;
}

/** Mirrors a run folder in the bucket. After a failure, the next call uploads what is missing. */
export interface Upload {
  /** Uploads new files in the background. If an upload is already running, another one follows it. Never throws. */
  readonly start: () => void;
  /**
   * Uploads new files, and waits until that is done, the time is over, or the signal is aborted. Returns why files are
   * missing in the bucket; undefined if none are.
   */
  readonly finish: (limitMs: number, signal?: AbortSignal) => Promise<string | undefined>;
}

const SAMPLES = 'samples';

/** The files to upload. The plan comes first; the status comes last, since it says that the others are complete. */
const filesOf = async (folder: string): Promise<readonly string[]> => {
  const present = await readdir(folder);
  const there = (...names: readonly string[]) => names.filter((name) => present.includes(name));
  const samples = present.includes(SAMPLES) ? await readdir(join(folder, SAMPLES)) : [];
  return [
    ...there('plan.json', 'environment.json', 'results.jsonl'),
    ...there('middleware.log'),
    ...samples.map((name) => `${SAMPLES}/${name}`),
    ...there('status.json'),
  ];
};

/** @param tell gets a line if an upload fails, but not the same line twice in a row */
export const createUpload = (
  aws: Aws,
  { folder, bucket, runId, pair }: ShareLocation,
  tell: (line: string) => void,
): Upload => {
  /** Size and modification time of the uploaded files, by key. */
  const uploaded = new Map<string, string>();
  let problem: string | undefined;
  let running: Promise<void> | undefined;
  let isRepeated = false;

  /** Uploads all new files, even if one fails. Returns the first failure. */
  const putAll = async (): Promise<string | undefined> => {
    let failure: string | undefined;
    for (const name of await filesOf(folder)) {
      const file = join(folder, name);
      const key = `${runKeys.pair(runId, pair)}${name}`;
      const { size, mtimeMs } = await stat(file);
      const version = `${size} ${mtimeMs}`;
      if (uploaded.get(key) === version) continue;
      try {
        await putObject(aws, bucket, key, await readFile(file));
        uploaded.set(key, version);
      } catch (error) {
        failure ??= `${basename(file)} is not in the bucket: ${messageOf(error)}`;
      }
    }
    return failure;
  };

  const work = async (): Promise<void> => {
    do {
      isRepeated = false;
      const earlierProblem = problem;
      problem = await putAll().catch(messageOf);
      if (problem !== undefined && problem !== earlierProblem) tell(problem);
    } while (isRepeated);
    running = undefined;
  };

  const start = (): void => {
    isRepeated = true;
    running ??= work();
  };

  return {
    start,
    finish: (limitMs, signal) =>
      withTimeLimit(limitMs, signal, async (limited) => {
        start();
        await Promise.race([running, once(limited, 'abort')]);
        return running === undefined ? problem : (problem ?? 'uploads to the bucket are too slow');
      }),
  };
};

/** The plan comes last, so that an interrupted restoration is repeated. */
const RESTORED = ['results.jsonl', 'environment.json', 'plan.json'];

/**
 * Restores the run folder of a pair from the bucket, on a node that replaces another. Raw samples stay in the bucket.
 *
 * @returns false if the bucket holds no plan of this pair
 */
export const restoreRun = async (
  aws: Aws,
  { folder, bucket, runId, pair }: ShareLocation,
): Promise<boolean> => {
  const prefix = runKeys.pair(runId, pair);
  // Listed first: S3 answers "access denied" for a missing object if the role may only list below runs/.
  const present = new Set((await listObjects(aws, bucket, prefix)).map(({ key }) => key));
  if (!present.has(`${prefix}plan.json`)) return false;
  await mkdir(join(folder, SAMPLES), { recursive: true });
  for (const name of RESTORED.filter((file) => present.has(`${prefix}${file}`))) {
    await writeFile(join(folder, name), (await readText(aws, bucket, `${prefix}${name}`)) ?? '');
  }
  return true;
};
