import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runKeys } from '../../deployment/run-keys.ts';
import type { Aws } from '../aws/clients.ts';
import { writeJson } from '../aws/objects.ts';
import type { RunStatus } from '../results/run-status.ts';
import { writeJsonFile } from '../results/write-atomically.ts';
import type { RunPlace } from './upload.ts';

/** Keeps `status.json` in the run folder and in the bucket. It informs and decides nothing: failures are let pass. */
export interface StatusWriter {
  readonly current: () => RunStatus;
  /** Takes a status and writes it, in the background, where it is a new one. */
  readonly update: (next: RunStatus) => void;
  /** Writes the status as it is now, and returns when it is written or the time is over. */
  readonly flush: (limitMs: number) => Promise<void>;
}

/** Where the status lies in a run folder. */
export const statusFileIn = (folder: string): string => join(folder, 'status.json');

export const createStatusWriter = (first: RunStatus, aws: Aws, place: RunPlace): StatusWriter => {
  let current = first;
  let writing: Promise<void> = Promise.resolve();

  const write = async (status: RunStatus): Promise<void> => {
    await writeJsonFile(statusFileIn(place.folder), status).catch(() => undefined);
    const key = runKeys.status(place.runId, place.pair);
    await writeJson(aws, place.bucket, key, status).catch(() => undefined);
  };

  /** One after the other, so that an older one never comes last. */
  const writeNext = (): Promise<void> => {
    const status = { ...current, updatedAt: new Date().toISOString() };
    writing = writing.then(() => write(status));
    return writing;
  };

  return {
    current: () => current,
    update: (next) => {
      if (next === current) return;
      current = next;
      void writeNext();
    },
    flush: async (limitMs) => {
      await Promise.race([writeNext(), sleep(limitMs, undefined, { ref: false })]);
    },
  };
};
