/**
 * Starts the middleware: one API in front of all servings, with one or several processes behind one port. Run it with
 * `node middleware/server.ts`; README.md lists its environment variables.
 */
import cluster from 'node:cluster';

import { fail } from '../serving-configs/options/program.ts';
import { readConfig } from './config.ts';
import { announceListening, EXIT_CANNOT_START } from './process/messages.ts';
import { runPrimary } from './process/primary.ts';

const run = async (): Promise<void> => {
  const config = readConfig(process.env);
  if (cluster.isPrimary && config.processes > 1) {
    runPrimary(config);
    return;
  }
  // The primary process only supervises the workers, so it does not load the service.
  const { serveUntilStopped } = await import('./serve.ts');
  if (cluster.isPrimary) {
    const { url } = await serveUntilStopped(config);
    announceListening(url, 1);
    return;
  }
  const { runWorker } = await import('./process/worker.ts');
  await runWorker(config, serveUntilStopped);
};

run().catch((error: unknown) => fail(error, EXIT_CANNOT_START));
