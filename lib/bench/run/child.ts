import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { BenchError } from '../model/errors.ts';

/**
 * The error of a script of this project that failed: its own words and hint, if it printed them.
 *
 * @param what could not be done, for a script without a reason
 */
export const childFailure = (
  code: `BENCH_${string}`,
  what: string,
  child: Child,
  end: ChildEnd,
): BenchError => {
  const words = child.lastWords();
  // Over several lines, if it ends with the last words of a program.
  const message = /^error: ([^]*?)\s*(?:^hint: |$(?![^]))/m.exec(words)?.[1];
  const hint = /^hint: +(.*)$/m.exec(words)?.[1];
  return new BenchError(code, message ?? `${what}: ${describeEnd(child, end)}`, { hint });
};

/** What a script does, for its error, and how it is followed. */
interface ScriptRun {
  readonly code: `BENCH_${string}`;
  /** What could not be done, if it fails. */
  readonly what: string;
  /** Told each line of progress that it writes to stderr. */
  readonly tell?: (line: string) => void;
  /** How long it may take to undo its work, if it is aborted. */
  readonly graceMs?: number;
}

/** Lines that become the error. */
const REASON = /^(error|hint): /;

/**
 * Runs a script of this project to its end and returns its output. If it is aborted, all its processes end.
 *
 * @throws BenchError if it ends with another exit code than 0; the signal's reason if it was aborted.
 */
export const childOutput = async (
  script: string,
  args: readonly string[],
  { code, what, tell, graceMs = 0 }: ScriptRun,
  signal: AbortSignal,
): Promise<string> => {
  signal.throwIfAborted();
  const child = startChild(script, args, {
    onLine: (line) => {
      if (!REASON.test(line)) tell?.(line);
    },
  });
  const stop = (): void => void child.stop(graceMs);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const output = await text(child.process.stdout);
    const end = await child.ended;
    signal.throwIfAborted();
    if (end.exitCode !== 0) throw childFailure(code, what, child, end);
    return output;
  } finally {
    signal.removeEventListener('abort', stop);
    killGroup(child.process);
  }
};

/** How a child ended. */
export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that the runner started. */
export interface Child {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly pid: number;
  /** Resolves, never rejects, when it has ended. */
  readonly ended: Promise<ChildEnd>;
  /** The last lines that it wrote to stderr. */
  readonly lastWords: () => string;
  /** Asks it to stop, kills it if it is too slow, and returns when it is gone. */
  readonly stop: (graceMs?: number) => Promise<void>;
}

interface ChildOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Told each line of stderr. */
  readonly onLine?: (line: string) => void;
}

const LAST_LINES = 8;
const GRACE_MS = 5000;

/** Arguments with which `node` runs TypeScript: none from Node 24 on. */
export const TYPESCRIPT_LOADER: readonly string[] = process.features.typescript
  ? []
  : ['--import', pathToFileURL(createRequire(import.meta.filename).resolve('tsx')).href];

const living = new Set<ChildProcess>();

/** Kills a child and whatever it started, even if the child has ended: every child leads a process group. */
const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
};

/**
 * Ends all children quickly: their channel closes, which tells them to end with what they run elsewhere; those that are not
 * gone in time are killed.
 */
export const leaveChildren = async (graceMs: number): Promise<void> => {
  const left = [...living];
  for (const child of left) if (child.connected) child.disconnect();
  await Promise.race([Promise.all(left.map((child) => once(child, 'close'))), sleep(graceMs)]);
  for (const child of living) killGroup(child);
};

/**
 * Starts a script of this project in a process group of its own, so that Ctrl-C reaches only the runner, which stops its
 * children in order; and with a channel, whose end tells it that the runner is gone.
 */
export const startChild = (
  script: string,
  args: readonly string[],
  { env, onLine }: ChildOptions = {},
): Child => {
  const child = spawn(process.execPath, [...TYPESCRIPT_LOADER, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, ...env },
  }) as ChildProcessByStdio<null, Readable, Readable>;
  living.add(child);
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > LAST_LINES) lines.shift();
    onLine?.(line);
  });
  // A message to a child that has just ended fails; its end is what counts, and that is awaited.
  child.on('error', () => undefined);
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('close', (exitCode, signal) => {
      living.delete(child);
      resolve({ exitCode, signal });
    });
  });
  return {
    process: child,
    pid: child.pid ?? -1,
    ended,
    lastWords: () => lines.join('\n'),
    stop: async (graceMs = GRACE_MS) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => killGroup(child), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
};

/** In words: `exit code 1` or `signal SIGKILL`, and the last lines of stderr below. */
export const describeEnd = (child: Child, { exitCode, signal }: ChildEnd): string => {
  const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  const words = child.lastWords();
  return words === '' ? how : `${how}; its last lines:\n${words}`;
};

/** {@link describeEnd}, when it has ended. Resolves, never rejects. */
export const howEnded = async (child: Child): Promise<string> =>
  describeEnd(child, await child.ended);

/**
 * Waits for the line of JSON that a child prints when it listens.
 *
 * @throws BenchError if it ends before.
 */
export const listeningLine = async <Line extends { readonly url: string }>(
  child: Child,
  what: string,
): Promise<Line> => {
  const line = new Promise<Line>((resolve) => {
    createInterface({ input: child.process.stdout }).on('line', (printed) => {
      if (printed.startsWith('{"event":"listening"')) resolve(JSON.parse(printed) as Line);
    });
  });
  const end = child.ended.then((how) => {
    throw new BenchError('BENCH_NOT_STARTED', `${what} did not start: ${describeEnd(child, how)}`);
  });
  return Promise.race([line, end]);
};
