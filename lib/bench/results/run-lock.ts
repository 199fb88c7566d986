import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { BenchError, systemCodeOf } from '../model/errors.ts';

interface Holder {
  readonly pid: number;
  /** Tells a process from a later one with the same PID; null if the system does not report it. */
  readonly startTicks: string | null;
}

/** Field 22 of /proc/PID/stat, see proc(5). The name in field 2 may contain spaces and parentheses. */
const startTicksOf = async (pid: number): Promise<string | null> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
};

/** Whether a process with this PID exists. */
export const hasProcess = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists but belongs to another user.
    return systemCodeOf(error) === 'EPERM';
  }
};

const isAlive = async ({ pid, startTicks }: Holder): Promise<boolean> => {
  if (!hasProcess(pid)) return false;
  return startTicks === null || (await startTicksOf(pid)) === startTicks;
};

const readHolder = async (file: string): Promise<Holder | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
};

/** Finds out which live process holds one of the locks of a run folder, and so may be writing into it. */
export const writerOf = async (
  locks: readonly string[],
): Promise<'none' | 'this-process' | 'another-process'> => {
  let writer: 'none' | 'this-process' = 'none';
  for (const file of locks) {
    const holder = await readHolder(file);
    if (holder === undefined || !(await isAlive(holder))) continue;
    if (holder.pid !== process.pid) return 'another-process';
    writer = 'this-process';
  }
  return writer;
};

/**
 * Takes the lock of a run folder, also from a process that has died, and returns a function that releases it.
 *
 * @throws BenchError if a live process holds it.
 */
export const lockRunFolder = async (file: string): Promise<() => Promise<void>> => {
  const own: Holder = { pid: process.pid, startTicks: await startTicksOf(process.pid) };
  const candidate = `${file}.${process.pid}`;
  await writeFile(candidate, JSON.stringify(own));
  try {
    for (;;) {
      try {
        // Unlike a write, a link appears with its whole content or not at all.
        await link(candidate, file);
        return async () => rm(file, { force: true });
      } catch (error) {
        if (systemCodeOf(error) !== 'EEXIST') throw error;
      }
      const holder = await readHolder(file);
      if (holder !== undefined && (await isAlive(holder))) {
        throw new BenchError(
          'BENCH_LOCKED',
          `process ${holder.pid} is running the plan in this folder (${file})`,
          { hint: 'wait for it or stop it; a new run needs another --output' },
        );
      }
      const stale = `${file}.stale.${process.pid}`;
      await rename(file, stale).catch(() => undefined);
      await rm(stale, { force: true });
    }
  } finally {
    await rm(candidate, { force: true });
  }
};
