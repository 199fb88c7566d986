import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstWrite, isAlive, sha256Of } from '../../models/built-folder.ts';
import type { Requirements } from './requirements.ts';

/** A virtual environment, which may not exist yet. */
export interface PythonEnvironment {
  readonly name: string;
  readonly folder: string;
  readonly python: string;
  readonly bin: string;
}

export const environmentAt = (cacheFolder: string, name: string): PythonEnvironment => {
  const folder = path.join(cacheFolder, 'venv', name);
  const bin = path.join(folder, 'bin');
  return { name, folder, bin, python: path.join(bin, 'python') };
};

/** The record in an installed environment. It is written last, so it exists only if the installation is complete. */
interface InstallRecord {
  /** Hash of the requirements. */
  readonly sha256: string;
  /** Folder with the packages. */
  readonly packages: string;
}

const RECORD = 'installed.json';

/** The record of an environment; undefined if it is not completely installed or has other requirements. */
export const readInstalled = async (
  { folder }: PythonEnvironment,
  requirements: Requirements,
): Promise<InstallRecord | undefined> => {
  try {
    const record = JSON.parse(await readFile(path.join(folder, RECORD), 'utf8')) as InstallRecord;
    return record.sha256 === sha256Of(requirements.text) ? record : undefined;
  } catch {
    return undefined;
  }
};

export const writeInstalled = (
  { folder }: PythonEnvironment,
  { text }: Requirements,
  packages: string,
): Promise<void> => {
  const record: InstallRecord = { sha256: sha256Of(text), packages };
  return writeFile(path.join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
};

const LOCK_POLL_MS = 200;

/** Tries to take a lock, and returns whether it did. Removes the lock of a process that has ended. */
const tryLock = async (file: string): Promise<boolean> => {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    // If the file is empty, its owner is alive and has not written its id yet.
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
    return false;
  }
};

/**
 * Runs `work` while no other process works on the environment.
 * @param onWait - Called once if another process has to finish first.
 * @param signal - Ends the wait.
 */
export const withLock = async <T>(
  { folder }: PythonEnvironment,
  work: () => Promise<T>,
  onWait: () => void = () => undefined,
  signal?: AbortSignal,
): Promise<T> => {
  const file = `${folder}.lock`;
  await firstWrite(() => mkdir(path.dirname(file), { recursive: true }));
  let hasWaited = false;
  while (!(await firstWrite(() => tryLock(file)))) {
    if (!hasWaited) onWait();
    hasWaited = true;
    await sleep(LOCK_POLL_MS);
    signal?.throwIfAborted();
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
};
