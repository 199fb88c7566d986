import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { failureOf, k6Arguments, k6Environment, type K6Files } from './arguments.ts';

/** A k6 that runs. */
export interface RunningK6 {
  readonly pid: number;
  /** Resolves when it ran to its end; rejects, saying why, where it gave no figures. */
  readonly done: Promise<void>;
  /** Ends it at once. */
  readonly kill: () => void;
}

const LAST_LINES = 8;
/** k6 says this of every request without an answer; the figures say it better. */
const NOISE = 'Request Failed';

/** Starts k6 with the load script. It stays in the process group of this process, and so ends with it. */
export const startK6 = (command: string, script: string, files: K6Files): RunningK6 => {
  const child = spawn(command, k6Arguments(script, files), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: k6Environment(process.env),
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line === NOISE || line.trim() === '') return;
    lines.push(line);
    if (lines.length > LAST_LINES) lines.shift();
  });
  const done = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      const failure = failureOf(exitCode, signal, lines.join('\n'));
      if (failure === undefined) resolve();
      else reject(new Error(failure));
    });
  });
  // Awaited by whoever runs the job; until then a failure is nobody's.
  done.catch(() => undefined);
  return { pid: child.pid ?? -1, done, kill: () => void child.kill('SIGKILL') };
};
