/**
 * The middleware: one API in front of all servings, one or several processes behind one port. Run it with
 * `node middleware/server.ts`; config.ts lists the variables of the environment that it reads.
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
  // The first of several processes only watches over the others; it need not load what they work with.
  if (cluster.isPrimary) {
    const { serveUntilStopped } = await import('./process/serve.ts');
    const { url } = await serveUntilStopped(config);
    announceListening(url, 1);
    return;
  }
  const { runWorker } = await import('./process/worker.ts');
  await runWorker(config);
};

run().catch((error: unknown) => fail(error, EXIT_CANNOT_START));
