import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { TYPESCRIPT_LOADER } from '../../../lib/bench/run/child-process.ts';

const CLOCK_TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The JSON object in its first line of output. */
  readonly ready: Readonly<Record<string, unknown>>;
}

/** Runs a TypeScript file as a process and waits for its first line, which is printed when it is ready or done. */
export const start = async (
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Started> => {
  const child = spawn(process.execPath, [...TYPESCRIPT_LOADER, file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  if (child.stdout === null) throw new Error(`${file} was started without stdout`);
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`${file} ended with code ${code}`));
    });
    lines.once('line', (line) => {
      resolve({ child, pid: child.pid ?? 0, ready: JSON.parse(line) as Record<string, unknown> });
    });
  });
};

/** Ends a process and waits for its exit. */
export const end = async ({ child }: Started): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGTERM');
  await ended;
};

/** A process and its children. */
const family = (pid: number): readonly number[] => {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...children.split(' ').filter(Boolean).map(Number)];
};

/**
 * CPU time of a process from `/proc/PID/stat`.
 *
 * @param field number of the field with the user time in `proc(5)`; the system time follows it
 */
const statCpuMs = (pid: number | 'self', field: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in field 2 may contain blanks. Field 3 follows its closing bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[field - 3]) + Number(fields[field - 2]);
  return ticks * (1000 / CLOCK_TICKS_PER_SECOND);
};

/** CPU time of all children of this process that have ended. */
export const endedCpuMs = (): number => statCpuMs('self', 16);

/** CPU time of a process and its children so far, with all threads. */
export const cpuMsOf = (pid: number): number =>
  family(pid).reduce((sum, member) => sum + statCpuMs(member, 14), 0);

/** Resident bytes of a process and its children. */
export const residentBytesOf = (pid: number): number =>
  family(pid).reduce((sum, member) => {
    const pages = readFileSync(`/proc/${member}/statm`, 'utf8').split(' ')[1];
    return sum + Number(pages) * PAGE_BYTES;
  }, 0);
