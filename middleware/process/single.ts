import type { Config } from '../config.ts';
import { serve } from './serve.ts';
import { exitAfter, onceAskedToStop } from './stop-signals.ts';

/** The middleware as one process. */
export const runSingle = async (config: Config): Promise<void> => {
  const service = await serve(config);
  onceAskedToStop(() => {
    exitAfter(service.stop(), config.stopTimeoutMs);
  });
  const { url } = service;
  process.stdout.write(`${JSON.stringify({ event: 'listening', url, processes: 1 })}\n`);
};
