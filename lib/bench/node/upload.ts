import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runKeys } from '../../deployment/run-keys.ts';
import type { Aws } from '../aws/clients.ts';
import { putObject } from '../aws/objects.ts';
import { messageOf, systemCodeOf } from '../model/errors.ts';

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
   * Puts what is new, again and again with growing pauses; returns why the bucket still lacks something when the time is over
   * or the signal is aborted, and undefined where it lacks nothing.
   */
  readonly finish: (limitMs: number, signal?: AbortSignal) => Promise<string | undefined>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

const SAMPLES = 'samples';

const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
};

/** What of a run folder belongs into the bucket: the plan first, the status last, which says that all is there. */
const filesOf = async (folder: string): Promise<readonly string[]> => {
  const present = await namesIn(folder);
  const there = (...names: readonly string[]) => names.filter((name) => present.includes(name));
  return [
    ...there('plan.json', 'environment.json', 'results.jsonl'),
    ...(await namesIn(join(folder, SAMPLES))).map((name) => `${SAMPLES}/${name}`),
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
      const over = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
      const late = once(over, 'abort');
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
        start();
        await Promise.race([working, late]);
        if (working === undefined && problem === undefined) return undefined;
        if (over.aborted) return problem ?? 'the bucket takes the results too slowly';
        await sleep(pauseMs, undefined, { signal: over }).catch(() => undefined);
      }
    },
  };
};
