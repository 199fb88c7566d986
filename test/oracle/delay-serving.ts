import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '../..');

/** A running reference serving that answers after known times. */
export interface DelayServing {
  /** Where an image is posted. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts one in a process of its own; the options are those of its `delay` engine. */
export const startDelayServing = async (options: object): Promise<DelayServing> => {
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'serving-configs/reference/main.ts',
      '--serving=torchserve',
      '--engine=delay',
      '--port=0',
      `--engine-options=${JSON.stringify(options)}`,
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  return {
    url: `${url}/predictions/resnet-50`,
    stop: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
};
