import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { TYPESCRIPT_LOADER } from '../../lib/bench/run/child-process.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A simulated TorchServe in a child process. */
export interface ReferenceServing {
  /** URL for images. */
  readonly url: string;
  /** Base URL of gRPC. */
  readonly grpcUrl: string;
  /** Ends it. Resolves with the lag of its event loop since it started to listen. */
  readonly stop: () => Promise<Lag>;
}

export interface Lag {
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
}

/** Starts a simulated server with these options. Resolves when it listens. */
export const startReferenceServing = async (...args: string[]): Promise<ReferenceServing> => {
  const program = join(import.meta.dirname, 'watched-serving.ts');
  const child = spawn(
    process.execPath,
    [...TYPESCRIPT_LOADER, program, '--serving=torchserve', '--port=0', ...args],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  const [line] = (await once(createInterface(child.stdout as Readable), 'line')) as [string];
  const { url, grpcUrl } = JSON.parse(line) as { url: string; grpcUrl: string };
  child.send('watch');
  return {
    url: `${url}/predictions/resnet-50`,
    grpcUrl,
    stop: async () => {
      child.send('report');
      const [lag] = (await once(child, 'message')) as [Lag];
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
      return lag;
    },
  };
};
