import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../models/built-folder.ts';
import type { Requirements } from './requirements.ts';

/** A Python environment of ours, whether it is there or not. */
export interface Environment {
  readonly name: string;
  readonly folder: string;
  readonly python: string;
  readonly bin: string;
}

export const environmentAt = (cacheFolder: string, name: string): Environment => {
  const folder = path.join(cacheFolder, 'venv', name);
  const bin = path.join(folder, 'bin');
  return { name, folder, bin, python: path.join(bin, 'python') };
};

/** What an installed environment says of itself, in a file that is written last. */
export interface InstallRecord {
  /** Of the requirements. */
  readonly sha256: string;
  /** `3.11.7` */
  readonly python: string;
  /** The folder with the packages. */
  readonly packages: string;
  readonly seconds: number;
}

const RECORD = 'installed.json';

export const hashOfRequirements = ({ text }: Requirements): string =>
  createHash('sha256').update(text).digest('hex');

/** The record of an environment that was installed to its end from these requirements; `undefined` otherwise. */
export const readInstalled = async (
  { folder }: Environment,
  requirements: Requirements,
): Promise<InstallRecord | undefined> => {
  try {
    const record = JSON.parse(await readFile(path.join(folder, RECORD), 'utf8')) as InstallRecord;
    return record.sha256 === hashOfRequirements(requirements) ? record : undefined;
  } catch {
    return undefined;
  }
};

export const writeInstalled = ({ folder }: Environment, record: InstallRecord): Promise<void> =>
  writeFile(path.join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);

const LOCK_POLL_MS = 200;

/** Whether the lock was taken; a lock of a process that is gone is removed. */
const tryLock = async (file: string): Promise<boolean> => {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    // An owner that has not written its number yet is alive.
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
    return false;
  }
};

/** Does something that only one process may do at a time with an environment; others wait. */
export const withLock = async <T>(
  { folder }: Environment,
  work: () => Promise<T>,
  onWait: () => void = () => undefined,
): Promise<T> => {
  const file = `${folder}.lock`;
  await mkdir(path.dirname(file), { recursive: true });
  let hasWaited = false;
  while (!(await tryLock(file))) {
    if (!hasWaited) onWait();
    hasWaited = true;
    await sleep(LOCK_POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
};
