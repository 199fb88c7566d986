import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '../..');

/** A reference serving in a process of its own, which speaks TorchServe's protocol. */
export interface ReferenceServing {
  /** Where an image is posted. */
  readonly url: string;
  /** Base URL of gRPC. */
  readonly grpcUrl: string;
  readonly stop: () => Promise<void>;
}

/** Starts one with the engine that the arguments name; resolves when it listens. */
export const startReferenceServing = async (...args: string[]): Promise<ReferenceServing> => {
  const main = ['--import', 'tsx', 'serving-configs/reference/main.ts'];
  const child = spawn(process.execPath, [...main, '--serving=torchserve', '--port=0', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url, grpcUrl } = JSON.parse(line) as { url: string; grpcUrl: string };
  return {
    url: `${url}/predictions/resnet-50`,
    grpcUrl,
    stop: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
};
