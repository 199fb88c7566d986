import type { Worker } from 'node:cluster';

import type { ToWorker } from './messages.ts';

/**
 * Tells a process something. It may end before it hears it, which needs no answer here: `exit` follows. Without a
 * function for the error it would be thrown.
 */
export const tellWorker = (worker: Worker, message: ToWorker): void => {
  if (worker.isConnected()) worker.send(message, () => undefined);
};
