import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child-process.ts';
import type { LoadJob } from '../../../../lib/bench/load/job.ts';
import type { LoadEvent, LoadResult } from '../../../../lib/bench/model/load-result.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** The photographs of the data set. */
export const dataSet: readonly string[] = readdirSync(join(ROOT, 'k6/images'))
  .filter((file) => file.endsWith('.jpg'))
  .map((file) => join(ROOT, 'k6/images', file));

/** The events of a load process, and how it ended. */
export interface LoadRun {
  readonly events: readonly LoadEvent[];
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** The program of a load process. */
export interface LoadProgram {
  readonly main: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const EMBEDDED: LoadProgram = { main: 'lib/bench/load/main.ts' };

/** Starts the real load process, which waits for its job. */
export const startLoadProcess = ({ main, env }: LoadProgram = EMBEDDED): ChildProcess =>
  spawn(process.execPath, [...TYPESCRIPT_LOADER, main], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...env },
  });

/** Collects the events of a process until it ends, and closes its channel after the result. */
export const followLoadProcess = async (child: ChildProcess): Promise<LoadRun> => {
  const events: LoadEvent[] = [];
  let stderr = '';
  child.on('message', (event: LoadEvent) => {
    events.push(event);
    if (event.event === 'result') child.disconnect();
  });
  child.stderr?.on('data', (text) => {
    stderr += String(text);
  });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  return { events, exitCode, stderr };
};

/** Sends a message, usually a job, to a new load process and waits for its end. */
export const runLoadProcess = async (
  message: object,
  program: LoadProgram = EMBEDDED,
): Promise<LoadRun> => {
  const child = startLoadProcess(program);
  child.send(message);
  return followLoadProcess(child);
};

export type PartialJob = Pick<LoadJob, 'url' | 'level'> & Partial<LoadJob>;

/** A short job with defaults for tests. */
export const jobOf = (job: PartialJob): LoadJob => ({
  images: dataSet,
  seed: 1,
  warmupSeconds: 0.3,
  durationSeconds: 1,
  timeoutMs: 60_000,
  ...job,
});

/** The result of a job that must succeed. */
export const measure = async (
  job: PartialJob,
  program: LoadProgram = EMBEDDED,
): Promise<LoadResult> => {
  const { events, exitCode, stderr } = await runLoadProcess(jobOf(job), program);
  const last = events.at(-1);
  if (last?.event !== 'result') {
    throw new Error(`No result, exit ${exitCode}: ${JSON.stringify(last)} ${stderr}`);
  }
  return last.result;
};
