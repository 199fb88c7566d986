import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { UsageError } from '../options/usage-error.ts';

const LAST_CHARACTERS = 2000;

interface ProgramRun {
  /** What users can do if the program cannot be started or fails. */
  readonly hint: string;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Receives each line of stderr. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Kills the program with all processes that it started. Without it, Ctrl-C reaches the program itself. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program and returns its stdout. Its stdin ends when this process does.
 * @throws UsageError with the end of its output; the reason of the signal if that was aborted.
 */
export const runProgram = async (
  program: string,
  args: readonly string[],
  { hint, env = process.env, onLine = () => undefined, signal: stopping }: ProgramRun,
): Promise<string> => {
  stopping?.throwIfAborted();
  // Its own process group if it is killed from here.
  const child = spawn(program, args, { env, stdio: 'pipe', detached: stopping !== undefined });
  const kill = (): void => {
    const isRunning = child.exitCode === null && child.signalCode === null;
    if (child.pid !== undefined && isRunning) process.kill(-child.pid, 'SIGKILL');
  };
  stopping?.addEventListener('abort', kill, { once: true });
  child.stdin.on('error', () => undefined);
  let output = '';
  let printed = '';
  const keep = (text: string): void => {
    printed = (printed + text).slice(-LAST_CHARACTERS);
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    keep(text);
  });
  child.stderr.setEncoding('utf8').on('data', keep);
  createInterface({ input: child.stderr }).on('line', onLine);
  let code: number | null;
  let signal: NodeJS.Signals | null;
  try {
    [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  } catch (error) {
    throw new UsageError(`cannot start ${program}: ${String(error)}`, hint, { cause: error });
  } finally {
    stopping?.removeEventListener('abort', kill);
  }
  stopping?.throwIfAborted();
  if (code === 0) return output;
  const end = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
  throw new UsageError(
    `${[program, ...args].join(' ')} ${end}${printed === '' ? '' : `:\n${printed.trim()}`}`,
    hint,
  );
};
