import type { Worker } from 'node:cluster';

import type { MetricObject, MetricObjectWithValues, MetricValue } from 'prom-client';

/** The metrics of one process, as sent between processes. */
export type MetricsSnapshot = readonly (
  | MetricObject
  | MetricObjectWithValues<MetricValue<string>>
)[];

/** Messages from the primary process to a worker. */
export type ToWorker =
  | { readonly type: 'running'; readonly running: number }
  | { readonly type: 'snapshot'; readonly id: number }
  | { readonly type: 'collected'; readonly id: number; readonly text: string };

/** Messages from a worker to the primary process. */
export type ToPrimary =
  | { readonly type: 'cannot-start'; readonly message: string; readonly hint: string }
  | { readonly type: 'snapshot'; readonly id: number; readonly metrics: MetricsSnapshot }
  | { readonly type: 'collect'; readonly id: number };

/** Environment variable with the number of a worker. */
export const NUMBER_VARIABLE = 'MIDDLEWARE_PROCESS_NUMBER';

/**
 * Sends a message to a worker. If the worker ends first, the message is lost and `exit` follows; the empty callback keeps
 * that error from being thrown.
 */
export const sendToWorker = (worker: Worker, message: ToWorker): void => {
  if (worker.isConnected()) worker.send(message, () => undefined);
};

/** Returns the base URL of an address; an IPv6 address is put in brackets. */
export const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Reports on standard output that the middleware listens. */
export const announceListening = (url: string, processes: number): void => {
  process.stdout.write(`${JSON.stringify({ event: 'listening', url, processes })}\n`);
};

/** Exit code if the middleware cannot start with its configuration. */
export const EXIT_CANNOT_START = 2;
