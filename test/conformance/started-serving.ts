import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { TYPESCRIPT_LOADER } from '../../lib/bench/run/child.ts';
import type { ServingName } from '../../serving-configs/index.ts';
import type { ServingUrls } from '../../serving-configs/manifest.ts';
import { processesMarked } from '../support/marked-processes.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** A variable that every process of a run inherits, so that they are found again whoever their parent is. */
const MARK = 'SERVING_COMPARE_TEST_RUN';

export interface StartedServing {
  readonly serving: ServingName;
  readonly urls: ServingUrls;
  /** What it printed when it answered. */
  readonly line: Readonly<Record<string, unknown>>;
  /** Everything that it said on stderr so far. */
  readonly words: () => string;
  /** Living processes of it, its launcher and its guard included, by id, with their command lines. */
  readonly processes: () => Promise<ReadonlyMap<number, string>>;
  /** Its exit code; resolves when it has ended. */
  readonly exited: Promise<number | null>;
  /** Sends a signal and gives the exit code. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

let runs = 0;

/** Starts what serves, by a script of the project that prints a line of JSON when it answers. */
export const startScript = async (
  script: string,
  serving: ServingName,
  args: readonly string[],
): Promise<StartedServing> => {
  runs += 1;
  // As long as every other one, so that none is the start of another.
  const mark = `${process.pid}-${String(runs).padStart(4, '0')}`;
  const child = spawn(
    process.execPath,
    [...TYPESCRIPT_LOADER, script, '--serving', serving, '--port', '0', ...args],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, [MARK]: mark },
    },
  );
  let words = '';
  child.stderr.on('data', (piece: Buffer) => (words += piece.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then((code) => {
      throw new Error(`${serving} ended with ${code} before it answered: ${words}`);
    }),
  ]).then(([text]) => JSON.parse(text as string) as Record<string, unknown>);
  const { url, grpcUrl } = line as { url: string; grpcUrl?: string };
  return {
    serving,
    urls: { rest: url, ...(grpcUrl === undefined ? {} : { grpc: grpcUrl }) },
    line,
    words: () => words,
    processes: async () => processesMarked(`${MARK}=${mark}`),
    exited,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
};

/** Starts the real platform of a serving from its packages; resolves when it answers. */
export const startReal = (serving: ServingName, ...args: string[]): Promise<StartedServing> =>
  startScript('serving-configs/runtimes/venv/main.ts', serving, args);

/** Starts the simulated server in its place; resolves when its model answers. */
export const startReference = async (
  serving: ServingName,
  ...args: string[]
): Promise<StartedServing> => {
  const started = await startScript('serving-configs/reference/main.ts', serving, [
    '--threads',
    '1',
    ...args,
  ]);
  for (;;) {
    const response = await fetch(String(started.line['healthUrl']));
    await response.arrayBuffer();
    if (response.status === 200) return started;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
};
