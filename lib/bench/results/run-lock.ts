import { randomUUID } from 'node:crypto';
import { link, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { BenchError, messageOf, systemCodeOf } from '../model/errors.ts';

// Not proper-lockfile: it knows no PID namespaces, and calls a lock stale after a time in which a paused process still lives.

/** Where a PID has a meaning. Containers that share a folder do not share their PIDs. */
export interface PidScope {
  readonly host: string;
  /** Null if the system has no PID namespaces. */
  readonly pidNamespace: string | null;
}

interface Holder extends PidScope {
  readonly pid: number;
  /** Tells a process from a later one with the same PID; null if the system does not report it. */
  readonly startTicks: string | null;
}

/** The scope of this process. */
export const ownPidScope = async (): Promise<PidScope> => ({
  host: hostname(),
  pidNamespace: await readlink('/proc/self/ns/pid').catch(() => null),
});

/** State and start time in {@link statOf}. */
const [STATE, START_TICKS] = [0, 19];

/**
 * The fields of /proc/PID/stat from the third on, see proc(5); undefined if the system does not report them. The name in field 2 may
 * contain spaces and parentheses.
 */
const statOf = async (pid: number): Promise<readonly string[] | undefined> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
};

/** Whether a process of this scope runs. A zombie, which has ended but was not reaped by its parent, does not. */
export const isRunning = async (pid: number): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists but belongs to another user.
    if (systemCodeOf(error) !== 'EPERM') return false;
  }
  return (await statOf(pid))?.[STATE] !== 'Z';
};

/** `elsewhere`: in another container or on another machine, from where its PID says nothing. */
type HolderState = 'ended' | 'this-process' | 'another-process' | 'elsewhere';

const stateOf = async ({ pid, startTicks, host, pidNamespace }: Holder): Promise<HolderState> => {
  const own = await ownPidScope();
  if (host !== own.host || pidNamespace !== own.pidNamespace) return 'elsewhere';
  if (!(await isRunning(pid))) return 'ended';
  const ticks = (await statOf(pid))?.[START_TICKS];
  if (startTicks !== null && ticks !== undefined && ticks !== startTicks) return 'ended';
  return pid === process.pid ? 'this-process' : 'another-process';
};

const readHolder = async (file: string): Promise<Holder | undefined> => {
  try {
    const holder = JSON.parse(await readFile(file, 'utf8')) as Holder | null;
    return typeof holder?.pid === 'number' ? holder : undefined;
  } catch {
    return undefined;
  }
};

/** Finds out which process holds one of the locks of a run folder, and so may be writing into it. */
export const writerOf = async (
  locks: readonly string[],
): Promise<'none' | 'this-process' | 'another-process'> => {
  let writer: 'none' | 'this-process' = 'none';
  for (const file of locks) {
    const holder = await readHolder(file);
    const state = holder === undefined ? 'ended' : await stateOf(holder);
    if (state === 'another-process' || state === 'elsewhere') return 'another-process';
    if (state === 'this-process') writer = 'this-process';
  }
  return writer;
};

/** The PID of another process of this machine that holds a lock; undefined if there is none. */
export const otherHolderOf = async (file: string): Promise<number | undefined> => {
  const holder = await readHolder(file);
  return holder !== undefined && (await stateOf(holder)) === 'another-process'
    ? holder.pid
    : undefined;
};

const lockedError = ({ pid, host }: Holder, state: HolderState, file: string): BenchError =>
  state === 'elsewhere'
    ? new BenchError(
        'BENCH_LOCKED',
        `process ${pid} on ${host}, in another container or on another machine, may be running the plan in this folder (${file})`,
        {
          hint: 'wait for it or stop it, and if it has ended, delete that file; a new run needs another --output',
        },
      )
    : new BenchError(
        'BENCH_LOCKED',
        `process ${pid} is running the plan in this folder (${file})`,
        { hint: 'wait for it or stop it; a new run needs another --output' },
      );

/** Removes a file. If that fails, a file of a process that has ended does no harm, and its error would hide an earlier one. */
const removeQuietly = (file: string): Promise<void> =>
  rm(file, { force: true }).catch(() => undefined);

/**
 * Takes the lock of a run folder, also from a process that has ended, and returns a function that releases it and never rejects.
 *
 * @throws BenchError if a process holds it that runs, or that is out of sight in another container or on another machine; or if
 * the folder cannot be written.
 */
export const lockRunFolder = async (file: string): Promise<() => Promise<void>> => {
  const own: Holder = {
    pid: process.pid,
    startTicks: (await statOf(process.pid))?.[START_TICKS] ?? null,
    ...(await ownPidScope()),
  };
  // No PIDs in the names, because two containers may have the same.
  const [candidate, stale] = [`${file}.${randomUUID()}`, `${file}.stale.${randomUUID()}`];
  await writeFile(candidate, JSON.stringify(own)).catch((error: unknown) => {
    throw new BenchError('BENCH_FOLDER', `the run folder cannot be written: ${messageOf(error)}`, {
      hint: 'make the folder yours to write to, or copy it; if the disk is full, make room',
      cause: error,
    });
  });
  try {
    for (;;) {
      try {
        // Unlike a write, a link appears with its whole content or not at all.
        await link(candidate, file);
        return () => removeQuietly(file);
      } catch (error) {
        if (systemCodeOf(error) !== 'EEXIST') throw error;
      }
      const holder = await readHolder(file);
      const state = holder === undefined ? 'ended' : await stateOf(holder);
      if (holder !== undefined && state !== 'ended') throw lockedError(holder, state, file);
      await rename(file, stale).catch(() => undefined);
      await removeQuietly(stale);
    }
  } finally {
    await removeQuietly(candidate);
  }
};
