import type { Config } from '../config.ts';
import { serve, stopOf } from './serve.ts';
import { exitAfter, onceAskedToStop } from './stop-signals.ts';

/** The middleware as one process. */
export const runSingle = async (config: Config): Promise<void> => {
  const starting = serve(config);
  onceAskedToStop(() => {
    exitAfter(stopOf(starting), config.stopTimeoutMs);
  });
  const { url } = await starting;
  process.stdout.write(`${JSON.stringify({ event: 'listening', url, processes: 1 })}\n`);
};
