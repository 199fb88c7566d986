import { randomUUID } from 'node:crypto';
import type { WireAnswer } from '../wire.ts';

/** Headers of every answer. */
export const commonHeaders = (): Readonly<Record<string, string>> => ({
  'x-request-id': randomUUID(),
  pragma: 'no-cache',
  'cache-control': 'no-cache; no-store, must-revalidate, private',
  expires: 'Thu, 01 Jan 1970 00:00:00 UTC',
});

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Every error of the front end closes the connection. */
export const error = (code: number, type: string, message: string): WireAnswer => ({
  status: code,
  headers: { ...commonHeaders(), 'content-type': 'application/json', connection: 'close' },
  body: json({ code, type, message }),
});

export const notFound = (): WireAnswer => error(404, 'ResourceNotFoundException', 'not found');

/** For whatever goes wrong inside of a handler. */
export const predictionFailed = (): WireAnswer =>
  error(503, 'InternalServerException', 'Prediction failed');

export const methodNotAllowed = (): WireAnswer =>
  error(405, 'MethodNotAllowedException', 'method not allowed');

/** For a request whose worker ended under it. */
export const workerDied = (): WireAnswer => error(500, 'InternalServerException', 'Worker died.');

/** Of `/ping`. Real workers may be dead while the front end says "Healthy"; here it waits, as the manifests promise. */
export const pong = (ready: boolean): WireAnswer => ({
  status: ready ? 200 : 503,
  headers: { ...commonHeaders(), 'content-type': 'application/json' },
  body: json({ status: ready ? 'Healthy' : 'Unhealthy' }),
});
