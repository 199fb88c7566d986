import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { TYPESCRIPT_LOADER } from '../../lib/bench/run/child-process.ts';
import type { ServingName } from '../../serving-configs/index.ts';
import type { ServingUrls } from '../../serving-configs/manifest.ts';
import { processesMarked } from '../support/marked-processes.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** An environment variable that all processes of a serving inherit, by which they are found even if their parent has ended. */
const MARK = 'SERVING_COMPARE_TEST_RUN';

export interface StartedServing {
  readonly serving: ServingName;
  readonly urls: ServingUrls;
  /** The line of JSON that it printed when it was ready. */
  readonly line: Readonly<Record<string, unknown>>;
  /** Its stderr so far. */
  readonly words: () => string;
  /** The command lines of its running processes by process id, including its guard. */
  readonly processes: () => Promise<ReadonlyMap<number, string>>;
  /** Resolves with its exit code when it has ended. */
  readonly exited: Promise<number | null>;
  /** Sends a signal and resolves with the exit code. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

let runs = 0;

/** Starts a serving by a script of the project that prints a line of JSON when it is ready. */
export const startScript = async (
  script: string,
  serving: ServingName,
  args: readonly string[],
): Promise<StartedServing> => {
  runs += 1;
  // All marks have the same length, so that none is a prefix of another.
  const mark = `${process.pid}-${String(runs).padStart(4, '0')}`;
  const child = spawn(
    process.execPath,
    [...TYPESCRIPT_LOADER, ...script.split(' '), '--serving', serving, '--port', '0', ...args],
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

/** Starts the real platform of a serving from packages. Resolves when it is ready. */
export const startReal = (serving: ServingName, ...args: string[]): Promise<StartedServing> =>
  startScript('test/support/serving-program.ts venv', serving, args);

/** Starts the simulated server of a serving. Resolves when its model is ready. */
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
