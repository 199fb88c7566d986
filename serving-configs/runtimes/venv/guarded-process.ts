import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { VenvFacts } from '../../manifest.ts';

/** A platform and all processes that it starts, under a guard. */
export interface GuardedProcess {
  /** Process id of the guard, the ancestor of all processes of the platform. */
  readonly pid: number;
  /**
   * Resolves when all processes have ended and the folder of the run is removed; never rejects. The value is the output of the
   * guard: the processes that it had to kill, or the last lines of a platform that ended by itself.
   */
  readonly ended: Promise<string>;
  stop(): void;
}

const GUARD = path.join(import.meta.dirname, 'guard.py');
const LAST_LINES = 25;

/**
 * Starts a command under the guard, in its own session. None of its processes outlives this process, even if this one is killed.
 * @param folder - Folder of the run, which the guard removes at the end.
 * @param log - File for the output of the platform.
 */
export const startGuarded = (
  {
    python,
    command,
    variables,
    stop,
    leaves = [],
  }: {
    readonly python: string;
    readonly command: readonly string[];
    readonly variables: Readonly<Record<string, string | undefined>>;
    readonly stop: VenvFacts['stop'];
    readonly leaves?: VenvFacts['leaves'];
  },
  folder: string,
  log: string,
): GuardedProcess => {
  const child = spawn(
    python,
    [
      // Isolated, so that PYTHONPATH of the platform does not affect the guard.
      '-I',
      GUARD,
      '--signal',
      stop.signal,
      '--grace',
      String(stop.graceSeconds),
      '--log',
      log,
      '--remove',
      folder,
      ...leaves.flatMap((pattern) => ['--leaves', pattern]),
      '--',
      ...command,
    ],
    // The guard's standard input closes when this process ends.
    { cwd: folder, env: variables, stdio: ['pipe', 'ignore', 'pipe'], detached: true },
  );
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > LAST_LINES) lines.shift();
  });
  child.stdin.on('error', () => undefined);
  return {
    pid: child.pid ?? -1,
    ended: new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', () => resolve(lines.join('\n')));
    }),
    stop: () => {
      child.kill('SIGTERM');
    },
  };
};
