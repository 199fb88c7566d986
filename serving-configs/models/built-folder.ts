import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Where built models and environments are kept; may be deleted at any time. */
export const defaultCache = (): string =>
  path.resolve(
    process.env['SERVING_COMPARE_CACHE'] ?? path.join(import.meta.dirname, '..', '..', '.cache'),
  );

export interface BuiltFile {
  readonly sizeBytes: number;
  /** As hex. */
  readonly sha256: string;
}

/** What lies beside the files of a built folder. */
interface FolderRecord {
  /** Over all files, in the order of their names. */
  readonly sha256: string;
  readonly files: Readonly<Record<string, BuiltFile>>;
}

const RECORD_FILE = 'model.json';

export const sha256Of = (data: Uint8Array | string): string =>
  createHash('sha256').update(data).digest('hex');

/** The record of a folder that holds all files in their full size; `undefined` otherwise. */
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

/** Whether a process of this machine runs. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const UNFINISHED = /\.(\d+)-[0-9a-f-]+\.unfinished$/;

/** Removes what killed processes left behind. */
const sweep = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    const [, builder] = UNFINISHED.exec(name) ?? [];
    if (builder !== undefined && !isAlive(Number(builder))) {
      await rm(path.join(folder, name), { recursive: true, force: true });
    }
  }
};

/** Renames the built folder to its final name, unless another process has put a whole one there. */
const moveInto = async (folder: string, built: string): Promise<void> => {
  try {
    await rename(built, folder);
  } catch (error) {
    if ((await readRecord(folder)) !== undefined) return;
    // What lies there is damaged or not a folder: out of the way, by its own atomic rename.
    const damaged = `${built}.damaged`;
    await rename(folder, damaged).catch(() => undefined);
    await rm(damaged, { recursive: true, force: true });
    await rename(built, folder).catch((second: unknown) => {
      throw new Error(`could not move the model to ${folder}: ${String(second)}`, { cause: error });
    });
  }
};

/**
 * Gives a folder of files that always come out the same, and builds it where it is missing or a file of it is cut off.
 * The folder appears complete or not at all, so that several processes may call this at once.
 * @param facts - What else the record beside the files says of them.
 * @param build - Writes the files into the folder that it is given, and tells what it wrote.
 * @throws Error of the file system, e.g. ENOSPC, and what `build` throws.
 */
export const ensureFolder = async (
  folder: string,
  facts: Readonly<Record<string, unknown>>,
  build: (folder: string) => Promise<Readonly<Record<string, BuiltFile>>>,
): Promise<FolderRecord> => {
  const known = await readRecord(folder);
  if (known !== undefined) return known;
  const unfinished = `${folder}.${process.pid}-${randomUUID()}.unfinished`;
  await mkdir(unfinished, { recursive: true });
  await sweep(path.dirname(folder));
  try {
    const files = await build(unfinished);
    const all = Object.keys(files)
      .toSorted()
      .map((name) => `${name} ${files[name]?.sha256}\n`)
      .join('');
    const record = { ...facts, sha256: sha256Of(all), files };
    await writeFile(path.join(unfinished, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
    await moveInto(folder, unfinished);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  const record = await readRecord(folder);
  if (record === undefined) throw new Error(`could not build the model in ${folder}`);
  return record;
};
