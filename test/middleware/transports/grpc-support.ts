import { GrpcTransport } from '../../../middleware/transports/grpc.ts';
import type { GrpcTransportOptions } from '../../../middleware/transports/grpc.ts';
import { closeAfterTest } from '../../support/close-after-tests.ts';

export const PATH = '/some.package.Service/Method';
export const request = {
  method: 'POST',
  path: PATH,
  headers: {},
  body: [Buffer.from('mess'), Buffer.from('age')],
} as const;
/** Long enough for a busy machine, but shorter than the timeout of a test. */
export const TIMEOUT_MS = 30_000;
/** Timeout of calls that should time out. */
export const HASTY_MS = 500;

export const ignore = (): void => undefined;
export const codeOf = (error: { readonly code?: unknown }): unknown => error.code;

/** A transport for one test, with a long timeout unless `options` has another. */
export const transportTo = (
  origin: string,
  options: Partial<GrpcTransportOptions> = {},
): GrpcTransport =>
  closeAfterTest(
    new GrpcTransport({
      serving: 'tfserving',
      origin,
      timeoutMs: TIMEOUT_MS,
      maxAnswerBytes: 2 ** 24,
      ...options,
    }),
  );
