import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

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

const millisecondsOf = (ticks: number): number => (ticks * 1000) / TICKS_PER_SECOND;

/** CPU time of a process since its start, user and system, in milliseconds. Undefined if /proc does not say. */
export const processCpuMs = async (pid: number): Promise<number | undefined> => {
  const stat = await readProcessStat(pid);
  return stat === undefined ? undefined : millisecondsOf(stat.ticks);
};

/** A process, its descendants, and the processes of every session that one of them started. */
export const treeOf = (all: readonly ProcessStat[], root: number): readonly ProcessStat[] => {
  const pids = new Set([root]);
  for (;;) {
    const tree = all.filter(
      ({ pid, parent, session }) => pids.has(pid) || pids.has(parent) || pids.has(session),
    );
    if (tree.every(({ pid }) => pids.has(pid))) return tree;
    for (const { pid } of tree) pids.add(pid);
  }
};

const readEach = (pid: string): readonly ProcessStat[] => {
  try {
    return [statOf(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []].flat();
  } catch {
    // It has just ended.
    return [];
  }
};

/**
 * Reads the current state of all processes of this machine: at once, because that takes a tenth of the CPU time.
 *
 * @throws Error if the system has no /proc
 */
export const readProcesses = (): readonly ProcessStat[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readEach);

/** CPU time of processes and of their children that ended and were waited for, in milliseconds. */
export const cpuMsOf = (processes: readonly ProcessStat[]): number =>
  millisecondsOf(processes.reduce((sum, { ticks, endedTicks }) => sum + ticks + endedTicks, 0));
