/** The counts of computations that each process of our applications keeps in a file; `venv/python/served_model.py` writes them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { poll } from './ready.ts';

/** The variable with the folder of the counts. */
export const COUNTS_VARIABLE = 'BATCH_COUNTS';
/** The name of that folder. */
export const COUNTS_FOLDER = 'batch-counts';

/** How often the processes of a platform have computed, and how many inputs. */
export interface BatchCounts {
  /** The processes that have computed, which every process with the model does once before it takes requests. */
  readonly pids: readonly number[];
  readonly computations: number;
  readonly inputs: number;
}

/** Adds up the counts of all processes: two 64-bit integers in a file for each. */
export const readBatches = async (folder: string): Promise<BatchCounts> => {
  const files = await readdir(folder);
  const counts = await Promise.all(files.map((file) => readFile(path.join(folder, file))));
  const sumAt = (offset: number): number =>
    counts.reduce((sum, bytes) => sum + Number(bytes.readBigInt64LE(offset)), 0);
  return { pids: files.map(Number), computations: sumAt(0), inputs: sumAt(8) };
};

/**
 * Whether as many processes as instances have loaded the model, because a server may answer with the first of them.
 *
 * @returns true, or what is missing
 */
export const checkInstances = async (folder: string, instances: number): Promise<true | string> => {
  const { length: loaded } = await readdir(folder);
  return loaded >= instances || `${loaded} of ${instances} instances have loaded the model`;
};

/**
 * Waits for {@link checkInstances}.
 *
 * @returns true, or what is missing if the signal is aborted before
 */
export const awaitInstances = async (
  folder: string,
  instances: number,
  signal: AbortSignal,
): Promise<true | string> => {
  let loaded = await checkInstances(folder, instances);
  await poll(async () => {
    loaded = await checkInstances(folder, instances);
    return loaded === true;
  }, signal);
  return loaded;
};
