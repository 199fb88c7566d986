import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runKeys } from '../../deployment/run-keys.ts';
import type { Aws } from '../aws/clients.ts';
import { listObjects, putObject, readText } from '../aws/objects.ts';
import { messageOf } from '../model/errors.ts';

/** The run folder of a pair, and the bucket that is kept like it. */
export interface RunPlace {
  readonly folder: string;
  readonly bucket: string;
  readonly runId: string;
  readonly pair: number;
}

/** Puts a run folder into the bucket. A failure costs nothing but time: the next call puts what is missing. */
export interface Upload {
  /** Puts what is new, in the background; a call while it works makes it look once more. Never throws. */
  readonly start: () => void;
  /**
   * Puts what is new; returns why the bucket still lacks something when that has ended, the time is over or the signal is
   * aborted, and undefined where it lacks nothing.
   */
  readonly finish: (limitMs: number, signal?: AbortSignal) => Promise<string | undefined>;
}

const SAMPLES = 'samples';

/** What of a run folder belongs into the bucket: the plan first, the status last, which says that all is there. */
const filesOf = async (folder: string): Promise<readonly string[]> => {
  const present = await readdir(folder);
  const there = (...names: readonly string[]) => names.filter((name) => present.includes(name));
  const samples = present.includes(SAMPLES) ? await readdir(join(folder, SAMPLES)) : [];
  return [
    ...there('plan.json', 'environment.json', 'results.jsonl'),
    ...samples.map((name) => `${SAMPLES}/${name}`),
    ...there('status.json'),
  ];
};

/** @param tell gets a line where the bucket takes something not, once for each reason */
export const createUpload = (
  aws: Aws,
  { folder, bucket, runId, pair }: RunPlace,
  tell: (line: string) => void,
): Upload => {
  /** Size and time of what the bucket has, by key. */
  const stored = new Map<string, string>();
  let problem: string | undefined;
  let working: Promise<void> | undefined;
  let again = false;

  /** Returns why a file is not in the bucket; the others are put nevertheless. */
  const putAll = async (): Promise<string | undefined> => {
    let refused: string | undefined;
    for (const name of await filesOf(folder)) {
      const file = join(folder, name);
      const key = `${runKeys.pair(runId, pair)}${name}`;
      const { size, mtimeMs } = await stat(file);
      const version = `${size} ${mtimeMs}`;
      if (stored.get(key) === version) continue;
      try {
        await putObject(aws, bucket, key, await readFile(file));
        stored.set(key, version);
      } catch (error) {
        refused ??= `${basename(file)} is not in the bucket: ${messageOf(error)}`;
      }
    }
    return refused;
  };

  const work = async (): Promise<void> => {
    do {
      again = false;
      const before = problem;
      problem = await putAll().catch(messageOf);
      if (problem !== undefined && problem !== before) tell(problem);
    } while (again);
    working = undefined;
  };

  const start = (): void => {
    again = true;
    working ??= work();
  };

  return {
    start,
    finish: async (limitMs, signal = new AbortController().signal) => {
      const late = once(AbortSignal.any([signal, AbortSignal.timeout(limitMs)]), 'abort');
      start();
      await Promise.race([working, late]);
      return working === undefined ? problem : (problem ?? 'uploads to the bucket are too slow');
    },
  };
};

/** The plan comes last, so that a restoration that was cut off is done again. */
const RESTORED = ['results.jsonl', 'environment.json', 'plan.json'];

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
  await mkdir(join(folder, SAMPLES), { recursive: true });
  for (const name of RESTORED.filter((one) => present.has(`${prefix}${one}`))) {
    await writeFile(join(folder, name), (await readText(aws, bucket, `${prefix}${name}`)) ?? '');
  }
  return true;
};
