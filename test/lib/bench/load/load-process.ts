import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadJob } from '../../../../lib/bench/load/job.ts';
import type { LoadEvent, LoadResult } from '../../../../lib/bench/load/result.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** The photographs of the data set. */
export const dataSet: readonly string[] = readdirSync(join(ROOT, 'k6/images'))
  .filter((file) => file.endsWith('.jpg'))
  .map((file) => join(ROOT, 'k6/images', file));

/** What a load process told and how it ended. */
export interface LoadRun {
  readonly events: readonly LoadEvent[];
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Starts the real load process; it waits for its job. */
export const startLoadProcess = (): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', 'lib/bench/load/main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });

/** Collects what the process tells until it ends. */
export const followLoadProcess = async (child: ChildProcess): Promise<LoadRun> => {
  const events: LoadEvent[] = [];
  let stderr = '';
  child.on('message', (event) => events.push(event as LoadEvent));
  child.stderr?.on('data', (text) => {
    stderr += String(text);
  });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  return { events, exitCode, stderr };
};

/** Runs a message, a job as a rule, through a load process of its own. */
export const runLoadProcess = async (message: object): Promise<LoadRun> => {
  const child = startLoadProcess();
  child.send(message);
  return followLoadProcess(child);
};

/** The result of a job that must succeed. */
export const measure = async (
  job: Pick<LoadJob, 'url' | 'level'> & Partial<LoadJob>,
): Promise<LoadResult> => {
  const { events, exitCode, stderr } = await runLoadProcess({
    images: dataSet,
    seed: 1,
    warmupSeconds: 0.3,
    durationSeconds: 1,
    timeoutMs: 5000,
    ...job,
  } satisfies LoadJob);
  const last = events.at(-1);
  if (last?.event !== 'result') {
    throw new Error(`No result, exit ${exitCode}: ${JSON.stringify(last)} ${stderr}`);
  }
  return last.result;
};
