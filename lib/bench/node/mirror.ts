import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runKeys } from '../../deployment/run-keys.ts';
import { messageOf } from '../model/errors.ts';
import { listMirrored, type MirroredObject, type MirroredPlace } from './mirrored-objects.ts';
import type { ResultsBucket } from './results-bucket.ts';

/** What of a run folder is not in the bucket. */
export interface MissingObject {
  /** Where it lies on this node. */
  readonly file: string;
  readonly key: string;
  readonly reason: string;
}

/** Keeps the bucket like the run folder. A failure costs nothing but time: what is missing is put with the next call. */
export interface Mirror {
  /** Puts what is new, in the background; a call while it works makes it look once more. Never throws. */
  readonly sync: () => void;
  /** How many objects are finished here and not in the bucket, as of the last look. */
  readonly pending: () => number;
  /**
   * Puts what is missing, again and again with growing pauses, and returns what is still missing when the time is over or
   * the signal is aborted.
   */
  readonly drain: (limitMs: number, signal?: AbortSignal) => Promise<readonly MissingObject[]>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** A bucket that refuses so many in a row will refuse the rest, too. */
const MOST_REFUSALS = 3;

const md5 = (body: Buffer): string => createHash('md5').update(body).digest('hex');

/**
 * @param place the run folder and whose it is
 * @param tell gets a line for each object that the bucket does not take, the first time
 */
export const createMirror = (
  bucket: ResultsBucket,
  place: MirroredPlace,
  tell: (line: string) => void,
): Mirror => {
  const missing = new Map<string, MissingObject>();
  const stored = new Set<string>();
  let before: ReadonlyMap<string, string> | undefined;
  let working: Promise<void> | undefined;
  let again = false;

  /** What an earlier start, or another node of this pair, has put already need not be put again. */
  const storedBefore = async (): Promise<ReadonlyMap<string, string>> => {
    before ??= await bucket.list(runKeys.pair(place.runId, place.pair)).catch(() => undefined);
    return before ?? new Map<string, string>();
  };

  const put = async ({ key, file, read, contentType }: MirroredObject): Promise<boolean> => {
    try {
      const body = await read();
      if ((await storedBefore()).get(key) !== md5(body)) await bucket.put(key, body, contentType);
      missing.delete(key);
      stored.add(key);
      return true;
    } catch (error) {
      const reason = messageOf(error);
      if (missing.get(key)?.reason !== reason) {
        tell(`${basename(file)} is not in the bucket yet (${key}): ${reason}`);
      }
      missing.set(key, { key, file, reason });
      return false;
    }
  };

  const look = async (): Promise<void> => {
    const objects = (await listMirrored(place)).filter(({ key }) => !stored.has(key));
    for (const { key, file } of objects) {
      if (!missing.has(key)) missing.set(key, { key, file, reason: 'not tried yet' });
    }
    let refusals = 0;
    for (const object of objects) {
      refusals = (await put(object)) ? 0 : refusals + 1;
      if (refusals >= MOST_REFUSALS) return;
    }
  };

  const work = async (): Promise<void> => {
    do {
      again = false;
      await look().catch((error: unknown) =>
        tell(`the run folder cannot be read: ${messageOf(error)}`),
      );
    } while (again);
    working = undefined;
  };

  const sync = (): void => {
    again = true;
    working ??= work();
  };

  return {
    sync,
    pending: () => missing.size,
    drain: async (limitMs, signal) => {
      const deadline = performance.now() + limitMs;
      const left = (): number =>
        signal?.aborted === true ? 0 : Math.max(0, deadline - performance.now());
      const stopping = signal ?? new AbortController().signal;
      const pause = (ms: number): Promise<void> =>
        sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
        sync();
        const late = sleep(left(), undefined, { signal: stopping, ref: false });
        await Promise.race([working, late.catch(() => undefined)]);
        if (missing.size === 0 || left() === 0) return [...missing.values()];
        await pause(Math.min(pauseMs, left()));
      }
    },
  };
};
