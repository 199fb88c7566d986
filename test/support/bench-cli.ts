import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { main } from '../../lib/bench/cli.ts';
import type { Console } from '../../lib/bench/cli/command.ts';
import { processesMarked } from './marked-processes.ts';
import { readUntil } from './read-until.ts';

const ROOT = join(import.meta.dirname, '../..');
const MARK = 'BENCH_TEST_MARK';

interface Written {
  readonly stdout: string;
  readonly stderr: string;
}

/** A `serving-compare` process, started as a user starts it. */
export interface BenchProcess {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits until its output matches, at most two minutes by default. */
  readonly until: (matches: (written: Written) => boolean, limitMs?: number) => Promise<Written>;
  /** Resolves with the exit code; null if a signal ended the process. */
  readonly ended: Promise<number | null>;
  /** Process ids of its descendants that still run. */
  readonly descendants: () => readonly number[];
}

/** A command line, which may have several lines, or its arguments if they contain spaces. */
type CommandLine = string | readonly string[];

const argumentsOf = (line: CommandLine): readonly string[] =>
  typeof line === 'string' ? words(line) : line;

export const startBench = (
  line: CommandLine,
  env: Readonly<Record<string, string>> = {},
): BenchProcess => {
  const mark = `${MARK}=${randomUUID()}`;
  const [name = '', value = ''] = mark.split('=');
  const child = spawn(
    process.execPath,
    [join(ROOT, 'bin/serving-compare.js'), ...argumentsOf(line)],
    {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: '1', [name]: value, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    written.stdout += String(text);
  });
  child.stderr.on('data', (text) => {
    written.stderr += String(text);
  });
  return {
    child,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    until: (matches, limitMs = 120_000) => readUntil(() => written, matches, limitMs),
    ended: once(child, 'close').then(([exitCode]) => exitCode as number | null),
    descendants: () => [...processesMarked(mark).keys()].filter((pid) => pid !== child.pid),
  };
};

export interface BenchResult extends Written {
  readonly exitCode: number | null;
}

/** Runs `serving-compare` as a process until it ends: with a terminal's rules for its output, and with `env` for everything that it starts. */
export const runBench = async (
  line: CommandLine,
  env?: Readonly<Record<string, string>>,
): Promise<BenchResult> => {
  const bench = startBench(line, env);
  const exitCode = await bench.ended;
  return { exitCode, stdout: bench.stdout(), stderr: bench.stderr() };
};

/** A console that collects its output. */
export const recordingConsole = () => {
  const written = { stdout: '', stderr: '' };
  const console: Console = {
    out: (text) => void (written.stdout += text),
    outPainted: (text) => void (written.stdout += text),
    err: (text) => void (written.stderr += text),
    outStyle: { color: false, width: 100 },
    errTerminal: undefined,
  };
  return { console, written };
};

/**
 * Runs `serving-compare` in this process, which takes half a second less than {@link runBench}. Jest's `process.env` is not Node's, so a
 * program that is started without variables of its own gets no `env`.
 */
export const callBench = async (
  line: CommandLine,
  env: Readonly<Record<string, string>> = {},
): Promise<BenchResult> => {
  const { console, written } = recordingConsole();
  const before = process.env;
  process.env = { ...before, ...env };
  try {
    const exitCode = await main(argumentsOf(line), console);
    return { exitCode, ...written };
  } finally {
    process.env = before;
  }
};

/** An error as `--json` prints it. */
export interface BenchFailure {
  readonly exitCode: number | null;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** The error with which a command line is refused in this process. */
export const refusalOf = async (
  line: CommandLine,
  env?: Readonly<Record<string, string>>,
): Promise<BenchFailure> => {
  const { exitCode, stdout } = await callBench([...argumentsOf(line), '--json'], env);
  const { error } = JSON.parse(stdout) as { readonly error: Omit<BenchFailure, 'exitCode'> };
  return { exitCode, ...error };
};

/** Waits until all descendants have ended. */
export const untilAlone = async (bench: BenchProcess): Promise<void> => {
  await readUntil(bench.descendants, ({ length }) => length === 0, 60_000);
};

/** Waits for the JSON that a command prints before it ends. */
export const jsonOf = async <Printed>(bench: BenchProcess): Promise<Printed> => {
  const { stdout } = await bench.until((written) => written.stdout.endsWith('}\n'));
  return JSON.parse(stdout) as Printed;
};

/** Ends a command with Ctrl-C, and returns its exit code when all descendants have ended. */
export const interrupt = async (bench: BenchProcess): Promise<number | null> => {
  bench.child.kill('SIGINT');
  const exitCode = await bench.ended;
  await untilAlone(bench);
  return exitCode;
};

/** Splits a command line without quotes into words. */
export const words = (line: string): readonly string[] =>
  line.split(/\s+/).filter((word) => word !== '');

/** A text without the line breaks that fit it into a terminal. */
export const unwrapped = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** The lines of an output that are one of our commands. */
export const printedCommands = (output: string): readonly string[] =>
  output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('npx serving-compare '));
