import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cpuMsOf, readProcesses, treeOf, type ProcessStat } from '../../load/process-cpu.ts';

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
  /** Resident memory of all of them at that time. */
  readonly memoryMiB: number;
  /** By thread id. Empty if the system does not report them. */
  readonly threads: ReadonlyMap<string, ThreadTimes>;
}

const timesOf = (pid: number, id: string): readonly (readonly [string, ThreadTimes])[] => {
  try {
    const line = readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8');
    const [runMs = 0, waitMs = 0] = line.split(' ').map((ns) => Number(ns) / 1e6);
    // A kernel that does not keep these times says 0.
    return runMs > 0 ? [[id, { runMs, waitMs }]] : [];
  } catch {
    return [];
  }
};

/** The times of all threads of a process; see "schedstats" in the documentation of Linux. */
const threadsOf = ({ pid }: ProcessStat): readonly (readonly [string, ThreadTimes])[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((id) => timesOf(pid, id));
  } catch {
    return [];
  }
};

/** All processes; none if the system does not say. */
const processesHere = (): readonly ProcessStat[] => {
  try {
    return readProcesses();
  } catch {
    return [];
  }
};

/** What a process and all its descendants have used. Undefined if it has ended, or the system does not say. */
export const treeUse = (root: number): ProcessUse | undefined => {
  const tree = treeOf(processesHere(), root);
  if (!tree.some(({ pid }) => pid === root)) return undefined;
  return {
    atMs: performance.now(),
    cpuMs: cpuMsOf(tree),
    memoryMiB: tree.reduce((sum, { residentMiB }) => sum + residentMiB, 0),
    threads: new Map(tree.flatMap(threadsOf)),
  };
};

/** What this machine has used since it was started. */
export interface MachineUse {
  /** On the clock of `performance.now()`. */
  readonly atMs: number;
  /** CPU time of all programs. */
  readonly cpuMs: number;
  /** CPU time of this process and its descendants. */
  readonly ownCpuMs: number;
  readonly ownPids: ReadonlySet<string>;
}

/** Undefined if the system does not say. */
export const machineUse = (): MachineUse | undefined => {
  const own = treeOf(processesHere(), process.pid);
  if (own.length === 0) return undefined;
  const times = cpus().map(({ times: { user, nice, sys, irq } }) => user + nice + sys + irq);
  return {
    atMs: performance.now(),
    cpuMs: times.reduce((sum, ms) => sum + ms, 0),
    ownCpuMs: cpuMsOf(own),
    ownPids: new Set(own.map(({ pid }) => String(pid))),
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
export const containerUse = async (container: string): Promise<() => ProcessUse | undefined> => {
  const root = await rootOf(container);
  return () => (root === undefined ? undefined : treeUse(root));
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

export const usedBetween = (before: ProcessUse, after: ProcessUse): UseBetween => ({
  // A process that ended without being waited for is no longer in the sum.
  cpuMs: Math.max(0, after.cpuMs - before.cpuMs),
  waitMs: threadsBetween(before, after, 'waitMs'),
});

/** The readings at one edge of a load. */
export interface UseReading {
  readonly serving: ProcessUse;
  readonly machine: MachineUse;
}

/**
 * Share of the time of all cores that other programs used between two readings.
 *
 * @param servingMs CPU time of a serving that is no child of this program
 */
export const othersShare = (before: MachineUse, after: MachineUse, servingMs = 0): number => {
  const usedMs = after.cpuMs - before.cpuMs;
  const ownMs = after.ownCpuMs - before.ownCpuMs;
  const coresMs = (after.atMs - before.atMs) * cpus().length;
  return Math.min(1, Math.max(0, usedMs - ownMs - servingMs) / coresMs);
};

/** The same between two readings of a load. Containers are no children of this program. */
export const othersShareBetween = (before: UseReading, after: UseReading): number => {
  const isOwn = [...after.serving.threads.keys()].some((id) => after.machine.ownPids.has(id));
  const servingMs = isOwn ? 0 : after.serving.cpuMs - before.serving.cpuMs;
  return othersShare(before.machine, after.machine, servingMs);
};

/** The shortest time over which the use of an idle serving is measured. */
const MIN_IDLE_MS = 300;

/**
 * Begins to measure what share of a core a serving uses while nobody asks it.
 *
 * @returns ends it, not before {@link MIN_IDLE_MS} are over; undefined if the system does not say
 */
export const beginIdle = (
  use: () => ProcessUse | undefined,
): (() => Promise<number | undefined>) => {
  const before = use();
  return async () => {
    if (before === undefined) return undefined;
    await sleep(Math.max(0, before.atMs + MIN_IDLE_MS - performance.now()));
    const after = use();
    if (after === undefined) return undefined;
    // The times of threads are exact; CPU time in steps of 10 ms would be too coarse.
    const runMs = threadsBetween(before, after, 'runMs');
    return runMs === undefined ? undefined : runMs / (after.atMs - before.atMs);
  };
};
