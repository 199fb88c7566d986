import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runKeys } from '../../deployment/run-keys.ts';
import type { RunStatus } from '../results/run-status.ts';
import { writeJsonFile } from '../results/write-json-file.ts';
import type { MirroredPlace } from './mirrored-objects.ts';
import type { ResultsBucket } from './results-bucket.ts';

/** Keeps `status.json` in the run folder and in the bucket. It informs and decides nothing: failures are let pass. */
export interface StatusWriter {
  readonly current: () => RunStatus;
  /** Takes a new status; it is written soon, and not more often than every few seconds. */
  readonly update: (next: RunStatus) => void;
  /** Writes the status as it is now, and returns when it is written or the time is over. */
  readonly flush: (limitMs: number) => Promise<void>;
}

/** Between two writes of something new. */
const LEAST_INTERVAL_MS = 3000;
/** Between two writes where nothing is new, by which an operator sees that the runner lives. */
const HEARTBEAT_MS = 20_000;

/** Where the status lies in a run folder. */
export const statusFileIn = (folder: string): string => join(folder, 'status.json');

/** @param pending how many records are not in the bucket yet */
export const createStatusWriter = (
  first: RunStatus,
  place: MirroredPlace,
  bucket: ResultsBucket,
  pending: () => number,
): StatusWriter => {
  let current = first;
  let writtenAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const status = {
      ...current,
      updatedAt: new Date().toISOString(),
      pendingUploads: pending(),
    };
    await writeJsonFile(statusFileIn(place.folder), status).catch(() => undefined);
    const key = runKeys.status(place.runId, place.pair);
    const body = Buffer.from(`${JSON.stringify(status, null, 2)}\n`);
    await bucket.put(key, body, 'application/json').catch(() => undefined);
  };

  /** One after the other, so that an older one never comes last. */
  const writeNext = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writtenAtMs = performance.now();
    writing = writing.then(write);
    return writing;
  };

  return {
    current: () => current,
    update: (next) => {
      const isNew = next !== current;
      current = next;
      const sinceMs = performance.now() - writtenAtMs;
      if (sinceMs >= (isNew ? LEAST_INTERVAL_MS : HEARTBEAT_MS)) {
        void writeNext();
      } else if (isNew) {
        timer ??= setTimeout(() => void writeNext(), LEAST_INTERVAL_MS - sinceMs);
        timer.unref();
      }
    },
    flush: async (limitMs) => {
      await Promise.race([writeNext(), sleep(limitMs, undefined, { ref: false })]);
    },
  };
};
