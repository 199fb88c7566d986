import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
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
  return new BenchError(
    code,
    message ?? `${what}: ${describeEnd(child, end)}`,
    hint === undefined ? {} : { hint },
  );
};

/**
 * Runs a script of this project to its end and returns its output.
 *
 * @param failure what could not be done, if it fails
 * @throws BenchError if it ends with another exit code than 0; the signal's reason if it was aborted.
 */
export const childOutput = async (
  script: string,
  args: readonly string[],
  failure: { readonly code: `BENCH_${string}`; readonly what: string },
  signal: AbortSignal,
): Promise<string> => {
  signal.throwIfAborted();
  const child = startChild(script, args);
  const kill = (): void => void child.stop(0);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const { stdout } = child.process;
    const output = stdout === null ? '' : await text(stdout);
    const end = await child.ended;
    signal.throwIfAborted();
    if (end.exitCode !== 0) throw childFailure(failure.code, failure.what, child, end);
    return output;
  } finally {
    signal.removeEventListener('abort', kill);
  }
};

/** How a child ended. */
export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that the runner started. */
export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Resolves, never rejects, when it has ended. */
  readonly ended: Promise<ChildEnd>;
  /** The last lines that it wrote to stderr. */
  readonly lastWords: () => string;
  /** Asks it to stop, kills it if it is too slow, and returns when it is gone. */
  readonly stop: (graceMs?: number) => Promise<void>;
  /** Kills the child and whatever it started, even if the child has ended. */
  readonly killLeft: () => void;
}

interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
}

const LAST_LINES = 8;
const GRACE_MS = 5000;

/** Arguments with which `node` runs TypeScript: none from Node 24 on. */
export const TYPESCRIPT_LOADER: readonly string[] = process.features.typescript
  ? []
  : ['--import', pathToFileURL(createRequire(import.meta.filename).resolve('tsx')).href];

const living = new Set<ChildProcess>();

/** Kills a child with its own children: every child leads a process group. */
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
  options: ChildOptions = {},
): Child => {
  const child = spawn(process.execPath, [...TYPESCRIPT_LOADER, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, ...options.env },
  });
  living.add(child);
  const lines: string[] = [];
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LAST_LINES) lines.shift();
    });
  }
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
    killLeft: () => killGroup(child),
  };
};

/** In words: `exit code 1` or `signal SIGKILL`, and the last lines of stderr below. */
export const describeEnd = (child: Child, { exitCode, signal }: ChildEnd): string => {
  const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  const words = child.lastWords();
  return words === '' ? how : `${how}; its last words:\n${words}`;
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
  const { stdout } = child.process;
  if (stdout === null) throw new Error('the child was started without stdout');
  const line = new Promise<Line>((resolve) => {
    createInterface({ input: stdout }).on('line', (said) => {
      if (said.startsWith('{"event":"listening"')) resolve(JSON.parse(said) as Line);
    });
  });
  const end = child.ended.then((how) => {
    throw new BenchError('BENCH_NOT_STARTED', `${what} did not start: ${describeEnd(child, how)}`);
  });
  return Promise.race([line, end]);
};
