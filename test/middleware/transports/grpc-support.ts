import { GrpcTransport } from '../../../middleware/transports/grpc.ts';
import type { GrpcTransportOptions } from '../../../middleware/transports/grpc.ts';

export const PATH = '/some.package.Service/Method';
export const request = {
  method: 'POST',
  path: PATH,
  headers: {},
  body: [Buffer.from('mess'), Buffer.from('age')],
} as const;
/** Longer than a busy machine takes, shorter than a test may. */
export const TIMEOUT_MS = 30_000;
/** Of calls that are to run out of time. */
export const HASTY_MS = 500;

export const ignore = (): void => undefined;
export const codeOf = (error: { readonly code?: unknown }): unknown => error.code;

/** A transport that waits for an answer however busy the machine is, unless it is told otherwise. */
export const transportTo = (
  origin: string,
  options: Partial<GrpcTransportOptions> = {},
): GrpcTransport =>
  new GrpcTransport({
    serving: 'tfserving',
    origin,
    timeoutMs: TIMEOUT_MS,
    maxAnswerBytes: 2 ** 24,
    ...options,
  });
