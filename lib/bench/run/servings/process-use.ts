import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { millisecondsOf, readProcessTree } from '../../load/process-cpu.ts';

/** The times of a thread since its start. */
interface ThreadTimes {
  readonly runMs: number;
  /** Time that it was ready to run and waited for a core. */
  readonly waitMs: number;
}

/** What the processes of a serving have used since their start. */
export interface ProcessUse {
  /** On the clock of `performance.now()`. */
  readonly atMs: number;
  /** Of all processes, those that ended and were waited for included. It is counted in steps of 10 ms. */
  readonly cpuMs: number;
  /** By thread id. Empty if the system does not report them. */
  readonly threads: ReadonlyMap<string, ThreadTimes>;
}

/** The times of all threads of a process; see "schedstats" in the documentation of Linux. */
const threadsOf = async (pid: number): Promise<readonly (readonly [string, ThreadTimes])[]> => {
  const folder = `/proc/${pid}/task`;
  const ids = await readdir(folder).catch(() => []);
  const threads = await Promise.all(
    ids.map(async (id) => {
      const line = await readFile(`${folder}/${id}/schedstat`, 'utf8').catch(() => '');
      const [runMs = 0, waitMs = 0] = line.split(' ').map((ns) => Number(ns) / 1e6);
      return [id, { runMs, waitMs }] as const;
    }),
  );
  // A kernel that does not keep these times says 0.
  return threads.filter(([, { runMs }]) => runMs > 0);
};

/** What a process and all its descendants have used. Undefined if it has ended, or the system does not say. */
export const treeUse = async (root: number): Promise<ProcessUse | undefined> => {
  const tree = await readProcessTree(root).catch(() => []);
  if (!tree.some(({ pid }) => pid === root)) return undefined;
  const atMs = performance.now();
  const threads = await Promise.all(tree.map(({ pid }) => threadsOf(pid)));
  return {
    atMs,
    cpuMs: millisecondsOf(tree.reduce((sum, { ticks, endedTicks }) => sum + ticks + endedTicks, 0)),
    threads: new Map(threads.flat()),
  };
};

/**
 * Finds the first process of a container on this machine. All others descend from it.
 *
 * @returns undefined if it is not here, as with Docker in a virtual machine
 */
const rootOf = async (container: string): Promise<number | undefined> => {
  try {
    const format = '{{.State.Pid}} {{.Id}}';
    const args = ['inspect', '--format', format, container];
    const [pid = '', id = ''] = (await promisify(execFile)('docker', args)).stdout
      .trim()
      .split(' ');
    // Elsewhere, another process may have that id.
    const cgroups = await readFile(`/proc/${pid}/cgroup`, 'utf8');
    return id !== '' && cgroups.includes(id) ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
};

/** Returns a function like {@link treeUse} for all processes of a running container. */
export const containerUse = async (
  container: string,
): Promise<() => Promise<ProcessUse | undefined>> => {
  const root = await rootOf(container);
  return async () => (root === undefined ? undefined : treeUse(root));
};

/** What was used between two readings. */
export interface UseBetween {
  readonly cpuMs: number;
  /** Time that threads were ready to run and waited for a core, without those that have ended; undefined if it is not reported. */
  readonly waitMs: number | undefined;
}

const threadsBetween = (
  before: ProcessUse,
  after: ProcessUse,
  time: keyof ThreadTimes,
): number | undefined =>
  after.threads.size === 0
    ? undefined
    : [...after.threads].reduce(
        (sum, [id, times]) => sum + times[time] - (before.threads.get(id)?.[time] ?? 0),
        0,
      );

/** Undefined without both readings. */
export const usedBetween = (
  before: ProcessUse | undefined,
  after: ProcessUse | undefined,
): UseBetween | undefined =>
  before === undefined || after === undefined
    ? undefined
    : {
        // A process that ended without being waited for is no longer in the sum.
        cpuMs: Math.max(0, after.cpuMs - before.cpuMs),
        waitMs: threadsBetween(before, after, 'waitMs'),
      };

/** The shortest time over which the use of an idle serving is measured. */
const MIN_IDLE_MS = 300;

/**
 * Begins to measure what share of a core a serving uses while nobody asks it.
 *
 * @returns ends it, not before {@link MIN_IDLE_MS} are over; undefined if the system does not say
 */
export const beginIdle = async (
  use: () => Promise<ProcessUse | undefined>,
): Promise<() => Promise<number | undefined>> => {
  const before = await use();
  return async () => {
    if (before === undefined) return undefined;
    await sleep(Math.max(0, before.atMs + MIN_IDLE_MS - performance.now()));
    const after = await use();
    if (after === undefined) return undefined;
    // The times of threads are exact; CPU time in steps of 10 ms would be too coarse.
    const runMs = threadsBetween(before, after, 'runMs');
    return runMs === undefined ? undefined : runMs / (after.atMs - before.atMs);
  };
};
