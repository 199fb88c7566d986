import type { Registry } from 'prom-client';

import { UsageError } from '../../serving-configs/options/usage-error.ts';
import type { Config } from '../config.ts';
import type { ProcessGroup } from './group.ts';
import { EXIT_CANNOT_START, NUMBER_VARIABLE } from './messages.ts';
import type { ToPrimary, ToWorker } from './messages.ts';
import { serveUntilStopped } from './serve.ts';

/** Where the first process is gone, `disconnect` says so; without a function for the error it would be thrown. */
const tell = (message: ToPrimary): void => {
  process.send?.(message, undefined, undefined, () => undefined);
};

/** The others answer this process's questions through the first process. */
const groupThroughPrimary = (number: number): ProcessGroup => {
  let running = 1;
  let lastId = 0;
  let own: Registry | undefined;
  const pending = new Map<number, (text: string) => void>();
  process.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'running':
        running = message.running;
        break;
      case 'collected':
        pending.get(message.id)?.(message.text);
        pending.delete(message.id);
        break;
      case 'snapshot':
        void own?.getMetricsAsJSON().then((metrics) => {
          tell({ type: 'snapshot', id: message.id, metrics });
        });
        break;
      default:
        // The cluster module has messages of its own.
        message satisfies never;
    }
  });
  return {
    number,
    running: () => running,
    join: (registry) => {
      own = registry;
    },
    collect: async () =>
      new Promise((resolve) => {
        lastId += 1;
        pending.set(lastId, resolve);
        tell({ type: 'collect', id: lastId });
      }),
  };
};

/** One of several processes behind the port. */
export const runWorker = async (config: Config): Promise<void> => {
  const number = Number(process.env[NUMBER_VARIABLE] ?? 1);
  try {
    await serveUntilStopped(config, groupThroughPrimary(number));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    tell({ type: 'cannot-start', lines: error.lines });
    process.exitCode = EXIT_CANNOT_START;
    process.disconnect();
  }
};
