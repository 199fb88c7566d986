import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { VenvFacts } from '../../manifest.ts';

/** What a guard said at its end: processes that had to be killed, or the platform's last lines. */
interface GuardEnd {
  readonly words: string;
}

/** A platform with everything that it starts, under a guard. */
export interface GuardedProcess {
  /** Of the guard, above all processes of the platform. */
  readonly pid: number;
  /** Resolves, never rejects, when none of its processes is left and its folder is removed. */
  readonly ended: Promise<GuardEnd>;
  stop(): void;
}

const GUARD = path.join(import.meta.dirname, 'guard.py');
/** Those of the guard are the last ones. */
const LAST_LINES = 25;

/**
 * Starts a command under the guard, in a session of its own: nothing of it outlives this process, even where that is killed.
 * @param folder - The folder of the run; the guard removes it.
 * @param log - File that takes what the platform prints.
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
      // Alone: nothing that the platform puts on Python's path is the guard's.
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
    // The guard's standard input tells it of the end of this process.
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
      child.once('error', (error) => resolve({ words: error.message }));
      child.once('close', () => resolve({ words: lines.join('\n') }));
    }),
    stop: () => {
      child.kill('SIGTERM');
    },
  };
};
