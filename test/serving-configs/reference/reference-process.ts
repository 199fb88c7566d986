import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { TYPESCRIPT_LOADER } from '../../../lib/bench/run/child.ts';

const folder = path.resolve(import.meta.dirname, '..', '..', '..', 'serving-configs', 'reference');
export const imagesFolder = path.resolve(folder, '..', '..', 'k6', 'images');

const spawnScript = (script: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [...TYPESCRIPT_LOADER, path.join(folder, script), ...args], {
    cwd: path.resolve(folder, '..', '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const collect = (stream: NodeJS.ReadableStream | null): (() => string) => {
  const pieces: Buffer[] = [];
  stream?.on('data', (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString();
};

/** Runs a script of the simulated server to its end. */
export const runScript = async (script: string, args: readonly string[]) => {
  const child = spawnScript(script, args);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout(), stderr: stderr() };
};

export interface RunningServing {
  readonly url: string;
  readonly line: Record<string, unknown>;
  /** Sends SIGTERM and gives the exit code. */
  stop(): Promise<number | null>;
}

const isHealthy = async (url: string): Promise<boolean> => {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status === 200;
};

/** Starts a simulated server on a free port and waits until it is healthy. */
export const startServing = async (
  args: readonly string[],
  healthPath: string,
): Promise<RunningServing> => {
  const child = spawnScript('main.ts', ['--port', '0', ...args]);
  const stderr = collect(child.stderr);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [text] = (await Promise.race([
    once(createInterface({ input: child.stdout ?? process.stdin }), 'line'),
    exited.then(() => {
      throw new Error(`ended before it listened: ${stderr()}`);
    }),
  ])) as [string];
  const line = JSON.parse(text) as Record<string, unknown>;
  const url = String(line['url']);
  while (!(await isHealthy(url + healthPath))) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  return {
    url,
    line,
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
};
