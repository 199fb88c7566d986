import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '../../..');

/** Starts the reference serving with the engine that answers at once; resolves when it is healthy. */
export const startNullServing = async (): Promise<{
  readonly url: string;
  readonly stop: () => Promise<void>;
}> => {
  const child = spawn(
    process.execPath,
    '--import tsx serving-configs/reference/main.ts --serving torchserve --engine null --port 0'.split(
      ' ',
    ),
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  return {
    url: `${url}/predictions/resnet-50`,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
};
