import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const CLOCK_TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The JSON of the first line that it printed. */
  readonly said: Readonly<Record<string, unknown>>;
}

/** Starts a TypeScript file as a process and waits for the line of JSON that says that it is ready, or done. */
export const start = async (
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Started> => {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), file, ...args], {
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
      resolve({ child, pid: child.pid ?? 0, said: JSON.parse(line) as Record<string, unknown> });
    });
  });
};

/** Asks a process to end and waits for it. */
export const end = async ({ child }: Started): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGTERM');
  await ended;
};

/** A process and the ones that it started. */
const family = (pid: number): readonly number[] => {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...children.split(' ').filter(Boolean).map(Number)];
};

/** CPU milliseconds of two neighbouring fields of `/proc/PID/stat`, user and system, by the number that `proc(5)` gives the first. */
const statCpuMs = (pid: number | 'self', field: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in field 2 may hold blanks; behind its bracket comes field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[field - 3]) + Number(fields[field - 2]);
  return ticks * (1000 / CLOCK_TICKS_PER_SECOND);
};

/** CPU milliseconds of the processes that this one started and that have ended. */
export const endedCpuMs = (): number => statCpuMs('self', 16);

/** CPU milliseconds that a process and its children have used so far, all threads. */
export const cpuMsOf = (pid: number): number =>
  family(pid).reduce((sum, member) => sum + statCpuMs(member, 14), 0);

/** Resident bytes of a process and its children. */
export const residentBytesOf = (pid: number): number =>
  family(pid).reduce((sum, member) => {
    const pages = readFileSync(`/proc/${member}/statm`, 'utf8').split(' ')[1];
    return sum + Number(pages) * PAGE_BYTES;
  }, 0);
