import { GrpcTransport } from '../../../middleware/transports/grpc.ts';
import type { GrpcTransportOptions } from '../../../middleware/transports/grpc.ts';

export const PATH = '/some.package.Service/Method';
export const request = {
  method: 'POST',
  path: PATH,
  headers: {},
  body: [Buffer.from('mess'), Buffer.from('age')],
} as const;
export const TIMEOUT_MS = 500;

export const ignore = (): void => undefined;
export const codeOf = (error: { readonly code?: unknown }): unknown => error.code;

/** A transport with a short time for each call. */
export const transportTo = (
  origin: string,
  options: Partial<GrpcTransportOptions> = {},
): GrpcTransport =>
  new GrpcTransport({ serving: 'tfserving', origin, timeoutMs: TIMEOUT_MS, ...options });
