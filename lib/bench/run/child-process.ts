import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../../serving-configs/installation.ts';
import type { ReportedFailure } from '../../../serving-configs/options/program.ts';
import { BenchError } from '../model/errors.ts';
import { scripts } from './project-files.ts';

/**
 * The error of a child that ended too early: with the message and hint that it reported, else with its last lines.
 *
 * @param what says what could not be done
 */
export const childFailure = (
  code: `BENCH_${string}`,
  what: string,
  child: Child,
  end: ChildEnd,
): BenchError => {
  const { message, hint } = child.failure() ?? { message: describeEnd(child, end) };
  return new BenchError(code, `${what}: ${message}`, { hint });
};

interface ScriptRun {
  /** Code of the error if the script fails. */
  readonly code: `BENCH_${string}`;
  /** Says what could not be done if the script fails. */
  readonly what: string;
}

/**
 * Runs a script of this project to its end and returns its standard output. If it is aborted, all its processes are stopped.
 *
 * @throws BenchError if it ends with another exit code than 0; the signal's reason if it was aborted.
 */
export const childOutput = async (
  script: string,
  args: readonly string[],
  { code, what }: ScriptRun,
  signal: AbortSignal,
): Promise<string> => {
  signal.throwIfAborted();
  const child = startChild(script, args);
  const stop = (): void => void child.stop(0);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const output = await text(child.process.stdout);
    const end = await child.ended;
    signal.throwIfAborted();
    if (end.exitCode !== 0) {
      const { message, hint, refusal } = child.failure() ?? {};
      const problem = message ?? `${what}: ${describeEnd(child, end)}`;
      throw new BenchError(code, problem, { hint, refusal });
    }
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

/** A child process of the runner. */
export interface Child {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly pid: number;
  /** Resolves, never rejects, when it has ended. */
  readonly ended: Promise<ChildEnd>;
  /** The last lines that it wrote to stderr. */
  readonly lastLines: () => string;
  /** Why it could not go on, if it has reported that. */
  readonly failure: () => ReportedFailure | undefined;
  /** Sends SIGTERM, kills the process group after `graceMs`, and resolves when the child has ended. */
  readonly stop: (graceMs?: number) => Promise<void>;
}

interface ChildOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Receives each line of stderr. */
  readonly onLine?: (line: string) => void;
}

const KEPT_LINES = 8;
const GRACE_MS = 5000;

/** Arguments that make `node` run the program that follows them, whose name is that of its source. */
export const TYPESCRIPT_LOADER: readonly string[] =
  process.features.typescript && existsSync(scripts.load)
    ? []
    : [path.join(projectRoot, 'bin', 'typescript.js')];

const living = new Set<ChildProcess>();

/** Kills a child and its descendants, even if the child itself has ended: every child leads a process group. */
const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
};

/**
 * Stops all children quickly: closes their IPC channels, which tells them to stop what they run and to exit, and kills those that
 * have not exited in time.
 */
export const leaveChildren = async (graceMs: number): Promise<void> => {
  const left = [...living];
  for (const child of left) if (child.connected) child.disconnect();
  await Promise.race([Promise.all(left.map((child) => once(child, 'close'))), sleep(graceMs)]);
  for (const child of living) killGroup(child);
};

/**
 * Starts a script of this project. It runs in a separate process group, so that Ctrl-C reaches only the runner, which stops its
 * children in order. It has an IPC channel, whose end tells it that the runner has died.
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
    if (lines.length > KEPT_LINES) lines.shift();
    onLine?.(line);
  });
  let failure: ReportedFailure | undefined;
  child.on('message', (message: { readonly event?: unknown }) => {
    if (message.event === 'failed') failure = message as ReportedFailure;
  });
  // Sending a message fails if the child has just ended, which `ended` reports.
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
    lastLines: () => lines.join('\n'),
    failure: () => failure,
    stop: async (graceMs = GRACE_MS) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => killGroup(child), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
};

/** Returns `exit code 1` or `signal SIGKILL`, followed by the last lines of stderr. */
export const describeEnd = (child: Child, { exitCode, signal }: ChildEnd): string => {
  const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  const lines = child.lastLines();
  return lines === '' ? how : `${how}; its last lines:\n${lines}`;
};

/** Waits for a child to end and describes that like {@link describeEnd}. Never rejects. */
export const howEnded = async (child: Child): Promise<string> =>
  describeEnd(child, await child.ended);

/**
 * Waits for the JSON line that a child prints once it is listening.
 *
 * @throws BenchError if the child ends before that.
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
    throw childFailure('BENCH_NOT_STARTED', `${what} did not start`, child, how);
  });
  return Promise.race([line, end]);
};
