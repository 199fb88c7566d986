import { readFile, readdir } from 'node:fs/promises';

/** USER_HZ, the unit of CPU time in /proc on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Pages of 4 KiB, the usual size on the architectures that we support. */
const PAGES_PER_MIB = 2 ** 20 / 4096;

/** The fields of /proc/PID/stat that are used here; see proc(5). */
export interface ProcessStat {
  readonly pid: number;
  readonly hasEnded: boolean;
  readonly parent: number;
  readonly session: number;
  /** User and system time of the process. */
  readonly ticks: number;
  /** User and system time of its children that have ended and were waited for. */
  readonly endedTicks: number;
  readonly residentMiB: number;
}

/** The state of a process that has ended and was not waited for. */
const ZOMBIE = 'Z';

/** Parses a line of /proc/PID/stat; undefined if it is not one. */
export const statOf = (line: string): ProcessStat | undefined => {
  // The name in field 2 may contain blanks and parentheses. Field 3 follows its last parenthesis.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const ticks = field(14) + field(15);
  if (!Number.isFinite(ticks)) return undefined;
  return {
    hasEnded: fields[0] === ZOMBIE,
    pid: Number.parseInt(line, 10),
    parent: field(4),
    session: field(6),
    ticks,
    endedTicks: field(16) + field(17),
    residentMiB: field(24) / PAGES_PER_MIB,
  };
};

/** Undefined if the process has ended, or the system has no /proc. */
const readProcessStat = async (pid: number): Promise<ProcessStat | undefined> => {
  try {
    return statOf(await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
};

/** CPU time in milliseconds. */
export const millisecondsOf = (ticks: number): number => (ticks * 1000) / TICKS_PER_SECOND;

/** CPU time of a process since its start, user and system, in milliseconds. Undefined if /proc does not say. */
export const processCpuMs = async (pid: number): Promise<number | undefined> => {
  const stat = await readProcessStat(pid);
  return stat === undefined ? undefined : millisecondsOf(stat.ticks);
};

/** A process, its descendants, and the processes of every session that one of them started. */
const treeOf = (all: readonly ProcessStat[], root: number): readonly ProcessStat[] => {
  const pids = new Set([root]);
  for (;;) {
    const tree = all.filter(
      ({ pid, parent, session }) => pids.has(pid) || pids.has(parent) || pids.has(session),
    );
    if (tree.every(({ pid }) => pids.has(pid))) return tree;
    for (const { pid } of tree) pids.add(pid);
  }
};

/**
 * Reads the current state of a process and of all processes that it started. The list lacks the process itself if it has ended.
 *
 * @throws Error if the system has no /proc
 */
export const readProcessTree = async (root: number): Promise<readonly ProcessStat[]> => {
  const names = await readdir('/proc');
  const stats = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((name) => readProcessStat(Number(name))),
  );
  return treeOf(
    stats.flatMap((stat) => stat ?? []),
    root,
  );
};
