import { constants } from 'node:http2';

import {
  ClientGone,
  UpstreamFailed,
  UpstreamIncomplete,
  UpstreamMalformed,
  UpstreamOverloaded,
  UpstreamRejected,
  UpstreamReset,
  UpstreamTimeout,
} from '../errors.ts';
import type { GrpcCodec } from '../servings/serving.ts';
import type { CallMeaning } from './grpc-status.ts';
import { statusMeaning, statusName } from './grpc-status.ts';
import { CallRefused, NotGrpc, StreamReset } from './grpc-call.ts';
import type { FailedExchange } from './upstream-errors.ts';
import { exchangeErrorOf } from './upstream-errors.ts';

export interface FailedCall extends FailedExchange {
  readonly meaningOf?: GrpcCodec['meaningOf'] | undefined;
}

/** Node's names for what went wrong on a connection that is not HTTP/2, or not any more. */
const NOT_HTTP2 = new Set(['ERR_HTTP2_ERROR', 'ERR_HTTP2_SESSION_ERROR']);

const refusedErrorOf = (
  error: CallRefused,
  { serving, timeoutMs, meaningOf }: FailedCall,
): Error => {
  const name = statusName(error.status);
  const options = { cause: error };
  const meaning: CallMeaning = meaningOf?.(name, error.details) ?? statusMeaning(error.status);
  switch (meaning) {
    case 'timeout':
      return new UpstreamTimeout(serving, timeoutMs, options);
    case 'overloaded':
      return new UpstreamOverloaded(serving, name, options);
    case 'rejected':
      return new UpstreamRejected(serving, name, options);
    case 'failed':
      return new UpstreamFailed(serving, name, options);
    case 'reset':
      return new UpstreamReset(serving, options);
    default:
      return meaning satisfies never;
  }
};

/** The answer for a call that gave no message. Errors that are none of these stay as they are. */
export const callErrorOf = (error: unknown, failed: FailedCall): unknown => {
  if (error instanceof ClientGone) return error;
  const { serving, stage } = failed;
  const options = { cause: error };
  if (error instanceof CallRefused) return refusedErrorOf(error, failed);
  if (error instanceof NotGrpc) {
    return new UpstreamMalformed(
      serving,
      `it is not such a gRPC answer: ${error.message}`,
      options,
    );
  }
  if (error instanceof StreamReset) {
    // Refused before anything was done with it: the serving takes no more calls.
    if (error.code === constants.NGHTTP2_REFUSED_STREAM) {
      return new UpstreamOverloaded(serving, 'REFUSED_STREAM', options);
    }
    return stage === 'in-body'
      ? new UpstreamIncomplete(serving, options)
      : new UpstreamReset(serving, options);
  }
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string' && NOT_HTTP2.has(code)) {
    return new UpstreamMalformed(serving, 'it does not speak HTTP/2', options);
  }
  return exchangeErrorOf(error, failed);
};
