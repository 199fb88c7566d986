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
  UpstreamTooLarge,
  withUpstreamStatus,
} from '../errors.ts';
import type { Codec } from '../servings/serving.ts';
import { CallRefused, NotGrpc, RefusedByHttp, StreamReset } from './grpc-call.ts';
import type { FailedExchange } from './upstream-errors.ts';
import { exchangeErrorOf, statusErrorOf } from './upstream-errors.ts';

/** Name and meaning of each gRPC status, by number; from grpc/grpc, doc/statuscodes.md. */
const statuses = [
  ['OK', undefined],
  ['CANCELLED', 'reset'],
  ['UNKNOWN', 'failed'],
  ['INVALID_ARGUMENT', 'rejected'],
  ['DEADLINE_EXCEEDED', 'timeout'],
  ['NOT_FOUND', 'rejected'],
  ['ALREADY_EXISTS', 'rejected'],
  ['PERMISSION_DENIED', 'rejected'],
  ['RESOURCE_EXHAUSTED', 'overloaded'],
  ['FAILED_PRECONDITION', 'rejected'],
  ['ABORTED', 'failed'],
  ['OUT_OF_RANGE', 'rejected'],
  ['UNIMPLEMENTED', 'rejected'],
  ['INTERNAL', 'failed'],
  ['UNAVAILABLE', 'overloaded'],
  ['DATA_LOSS', 'failed'],
  ['UNAUTHENTICATED', 'rejected'],
] as const;

/** What a failed call means for the client of the middleware. */
type CallMeaning = 'overloaded' | 'rejected' | 'too-large' | 'failed' | 'timeout' | 'reset';

/** The name of a status, or the number of an unknown one. */
const statusName = (code: number): string => statuses[code]?.[0] ?? String(code);

/** The meaning of a status. The specification says to treat an unknown one as a failure. */
const statusMeaning = (code: number): CallMeaning => statuses[code]?.[1] ?? 'failed';

interface FailedCall extends FailedExchange {
  readonly meaningOf?: Codec['meaningOf'] | undefined;
}

/** Node's error code for a connection that does not speak HTTP/2. */
const NOT_HTTP2 = 'ERR_HTTP2_ERROR';
/** Node's error code for a connection that the peer ended with an HTTP/2 error. */
const SESSION_ENDED = 'ERR_HTTP2_SESSION_ERROR';

/** HTTP/2 error codes of calls that the serving refused for overload before it processed them. */
const refusals = new Map<number, string>([
  [constants.NGHTTP2_REFUSED_STREAM, 'REFUSED_STREAM'],
  [constants.NGHTTP2_ENHANCE_YOUR_CALM, 'ENHANCE_YOUR_CALM'],
]);

/** gRPC libraries refuse a message that is too large with RESOURCE_EXHAUSTED, as they do under overload; only the text differs. */
const TOO_LARGE = /message larger than max|message exceeds maximum size/;

const refusedErrorOf = (
  error: CallRefused,
  { serving, timeoutMs, meaningOf }: FailedCall,
): Error => {
  const name = statusName(error.status);
  const options = { cause: error };
  const withStatus = (refusal: Error) => withUpstreamStatus(refusal, error.status);
  const usual = TOO_LARGE.test(error.details) ? 'too-large' : statusMeaning(error.status);
  const meaning: CallMeaning = meaningOf?.(name, error.details) ?? usual;
  switch (meaning) {
    case 'timeout':
      return new UpstreamTimeout(serving, timeoutMs, options);
    case 'overloaded':
      return withStatus(new UpstreamOverloaded(serving, name, options));
    case 'rejected':
      return withStatus(new UpstreamRejected(serving, name, options));
    case 'too-large':
      return withStatus(new UpstreamTooLarge(serving, name, options));
    case 'failed':
      return withStatus(new UpstreamFailed(serving, name, options));
    case 'reset':
      return new UpstreamReset(serving, options);
    default:
      return meaning satisfies never;
  }
};

/** Turns the failure of a call into an error with an answer; returns any other error unchanged. */
export const callErrorOf = (error: unknown, failed: FailedCall): unknown => {
  if (error instanceof ClientGone) return error;
  const { serving, stage } = failed;
  const options = { cause: error };
  if (error instanceof CallRefused) return refusedErrorOf(error, failed);
  if (error instanceof RefusedByHttp) return statusErrorOf(error.status, serving);
  if (error instanceof NotGrpc) {
    return new UpstreamMalformed(
      serving,
      `it is not a valid gRPC answer: ${error.message}`,
      options,
    );
  }
  const refusal = error instanceof StreamReset ? refusals.get(error.code) : undefined;
  if (refusal !== undefined) return new UpstreamOverloaded(serving, refusal, options);
  const { code } = error as { readonly code?: unknown };
  if (error instanceof StreamReset || code === SESSION_ENDED) {
    return stage === 'in-body'
      ? new UpstreamIncomplete(serving, options)
      : new UpstreamReset(serving, options);
  }
  if (code === NOT_HTTP2) {
    return new UpstreamMalformed(serving, 'it does not speak HTTP/2', options);
  }
  return exchangeErrorOf(error, failed);
};
