import type { Registry } from 'prom-client';

import { UsageError } from '../../serving-configs/options/usage-error.ts';
import type { Config } from '../config.ts';
import type { ProcessGroup } from './group.ts';
import { EXIT_CANNOT_START, NUMBER_VARIABLE } from './messages.ts';
import type { ToPrimary, ToWorker } from './messages.ts';

/** Sends a message. If the primary process is gone, `disconnect` follows; the empty callback keeps the error from being thrown. */
const sendToPrimary = (message: ToPrimary): void => {
  process.send?.(message, undefined, undefined, () => undefined);
};

/** The group of a worker, which reaches the other workers through the primary process. */
const groupThroughPrimary = (number: number): ProcessGroup => {
  let running = 1;
  let lastId = 0;
  let joined: Registry | undefined;
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
        void joined?.getMetricsAsJSON().then((metrics) => {
          sendToPrimary({ type: 'snapshot', id: message.id, metrics });
        });
        break;
      default:
        // Messages of the cluster module itself.
        message satisfies never;
    }
  });
  return {
    number,
    running: () => running,
    join: (registry) => {
      joined = registry;
    },
    collect: async () =>
      new Promise((resolve) => {
        lastId += 1;
        pending.set(lastId, resolve);
        sendToPrimary({ type: 'collect', id: lastId });
      }),
  };
};

/**
 * Runs one of several processes behind the port.
 * @param serve - Builds the service, listens, and stops it when this process gets a signal.
 */
export const runWorker = async (
  config: Config,
  serve: (config: Config, group: ProcessGroup) => Promise<unknown>,
): Promise<void> => {
  const number = Number(process.env[NUMBER_VARIABLE] ?? 1);
  try {
    await serve(config, groupThroughPrimary(number));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    sendToPrimary({ type: 'cannot-start', message: error.message, hint: error.hint });
    process.exitCode = EXIT_CANNOT_START;
    process.disconnect();
  }
};
