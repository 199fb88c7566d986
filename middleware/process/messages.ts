import type { Worker } from 'node:cluster';

import type { MetricObject, MetricObjectWithValues, MetricValue } from 'prom-client';

/** The metrics of one process, as they travel between processes. */
export type MetricsSnapshot = readonly (
  | MetricObject
  | MetricObjectWithValues<MetricValue<string>>
)[];

/** From the first process to one that answers. */
export type ToWorker =
  | { readonly type: 'running'; readonly running: number }
  | { readonly type: 'snapshot'; readonly id: number }
  | { readonly type: 'collected'; readonly id: number; readonly text: string };

/** From a process that answers to the first one. */
export type ToPrimary =
  | { readonly type: 'cannot-start'; readonly lines: string }
  | { readonly type: 'snapshot'; readonly id: number; readonly metrics: MetricsSnapshot }
  | { readonly type: 'collect'; readonly id: number };

/** Environment variable that tells a process which one it is. */
export const NUMBER_VARIABLE = 'MIDDLEWARE_PROCESS_NUMBER';

/**
 * Tells a process something. It may end before it hears it, which needs no answer here: `exit` follows. Without a
 * function for the error it would be thrown.
 */
export const tellWorker = (worker: Worker, message: ToWorker): void => {
  if (worker.isConnected()) worker.send(message, () => undefined);
};

/** The URL under which an address is reached from this machine. */
export const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Tells whoever started the middleware that it listens. */
export const announceListening = (url: string, processes: number): void => {
  process.stdout.write(`${JSON.stringify({ event: 'listening', url, processes })}\n`);
};

/** Exit code where the configuration does not let the middleware start. */
export const EXIT_CANNOT_START = 2;
