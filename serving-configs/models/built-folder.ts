import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UsageError } from '../options/usage-error.ts';

export interface BuiltFile {
  readonly sizeBytes: number;
  /** As hex. */
  readonly sha256: string;
}

/** The record beside the files of a built folder. */
interface FolderRecord {
  /** A hash of the names and hashes of all files. */
  readonly sha256: string;
  readonly files: Readonly<Record<string, BuiltFile>>;
}

const RECORD_FILE = 'model.json';

export const sha256Of = (data: Uint8Array | string): string =>
  createHash('sha256').update(data).digest('hex');

/** The record of a folder; undefined unless all files are there in their full size. */
const readRecord = async (folder: string): Promise<FolderRecord | undefined> => {
  try {
    const record = JSON.parse(
      await readFile(path.join(folder, RECORD_FILE), 'utf8'),
    ) as FolderRecord;
    for (const [name, { sizeBytes }] of Object.entries(record.files)) {
      if ((await stat(path.join(folder, name))).size !== sizeBytes) return undefined;
    }
    return record;
  } catch {
    return undefined;
  }
};

/** Whether a process of this machine is running. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const UNFINISHED = /\.(\d+)-[0-9a-f-]+\.unfinished$/;

/** Removes unfinished folders of killed processes. */
const removeAbandonedFolders = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    const [, builder] = UNFINISHED.exec(name) ?? [];
    if (builder !== undefined && !isAlive(Number(builder))) {
      await rm(path.join(folder, name), { recursive: true, force: true });
    }
  }
};

/** Renames a built folder to its final name, unless another process has completed one there. */
const moveInto = async (folder: string, built: string): Promise<void> => {
  try {
    await rename(built, folder);
  } catch (error) {
    if ((await readRecord(folder)) !== undefined) return;
    // A damaged folder, or a file, is in the way. Move it aside with an atomic rename.
    const damaged = `${built}.damaged`;
    await rename(folder, damaged).catch(() => undefined);
    await rm(damaged, { recursive: true, force: true });
    await rename(built, folder).catch((second: unknown) => {
      throw new Error(`could not move the model to ${folder}: ${String(second)}`, { cause: error });
    });
  }
};

/**
 * Does the first write into a folder, usually of the cache.
 * @throws UsageError if it cannot be written; a full disk keeps its own error.
 */
export const firstWrite = async <T>(write: () => Promise<T>): Promise<T> => {
  try {
    return await write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
    throw new UsageError(
      `a folder cannot be written to: ${messageOf(error)}`,
      'give a folder that you may write to; for the cache, set SERVING_COMPARE_CACHE=FOLDER',
      { cause: error },
    );
  }
};

/**
 * Creates a folder beside a path and removes it when `work` is done. Also removes such folders of killed processes.
 * @param target - The path. Its parent folder is created, too.
 */
export const withUnfinishedFolder = async <T>(
  target: string,
  work: (unfinished: string) => Promise<T>,
): Promise<T> => {
  const unfinished = `${target}.${process.pid}-${randomUUID()}.unfinished`;
  await firstWrite(() => mkdir(unfinished, { recursive: true }));
  await removeAbandonedFolders(path.dirname(target));
  try {
    return await work(unfinished);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
};

/**
 * Builds a folder of files, unless it exists with all files in their full size. The folder appears complete or not at all, so several
 * processes may call this at the same time.
 * @param facts - Further facts for the record beside the files.
 * @param build - Writes the files into a given folder and returns what it wrote. Must always write the same bytes.
 * @throws errors of the file system, such as ENOSPC, and of `build`.
 */
export const ensureFolder = async (
  folder: string,
  facts: Readonly<Record<string, unknown>>,
  build: (folder: string) => Promise<Readonly<Record<string, BuiltFile>>>,
): Promise<FolderRecord> => {
  const known = await readRecord(folder);
  if (known !== undefined) return known;
  await withUnfinishedFolder(folder, async (unfinished) => {
    const files = await build(unfinished);
    const all = Object.keys(files)
      .toSorted()
      .map((name) => `${name} ${files[name]?.sha256}\n`)
      .join('');
    const record = { ...facts, sha256: sha256Of(all), files };
    await writeFile(path.join(unfinished, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
    await moveInto(folder, unfinished);
  });
  const record = await readRecord(folder);
  if (record === undefined) throw new Error(`could not build the model in ${folder}`);
  return record;
};
