import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path, { join } from 'node:path';
import type { OtherRun } from '../model/environment.ts';
import { runFilesIn } from './run-folder.ts';
import { otherHolderOf } from './run-lock.ts';

/** Every run on this machine has a file here that names its folder. */
const REGISTRY = join(tmpdir(), 'serving-compare-runs');

/** As for a folder of temporary files: each user may add files, and remove only those of their own. */
const MODE = 0o1777;

const removeQuietly = (file: string): Promise<void> =>
  rm(file, { force: true }).catch(() => undefined);

/** The run that a file of the registry names. If it has ended, removes the file. */
const runIn = async (file: string): Promise<readonly OtherRun[]> => {
  const folder = await readFile(file, 'utf8').catch(() => '');
  // It is just being written.
  if (folder === '') return [];
  const pid = await otherHolderOf(runFilesIn(folder).lock);
  if (pid !== undefined) return [{ folder, pid }];
  await removeQuietly(file);
  return [];
};

/**
 * Lists the runs of other processes on this machine, and lets later ones know of this run. Does nothing if the registry cannot be
 * written, because that is no reason not to measure.
 *
 * @param folder a run folder that this process has locked
 * @returns the other runs, and a function that ends the announcement
 */
export const announceRun = async (
  folder: string,
  registry = REGISTRY,
): Promise<{ readonly others: readonly OtherRun[]; readonly leave: () => Promise<void> }> => {
  const own = join(registry, randomUUID());
  const leave = (): Promise<void> => removeQuietly(own);
  try {
    await mkdir(registry, { recursive: true });
    // Fails for the folder of another user, which has this mode already.
    await chmod(registry, MODE).catch(() => undefined);
    const files = await readdir(registry);
    const others = await Promise.all(files.map((name) => runIn(join(registry, name))));
    await writeFile(own, path.resolve(folder));
    return { others: others.flat(), leave };
  } catch {
    return { others: [], leave };
  }
};
