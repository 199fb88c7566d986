import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

import {
  UpstreamFailed,
  UpstreamMalformed,
  UpstreamOverloaded,
  UpstreamRejected,
  UpstreamReset,
  UpstreamTimeout,
  UpstreamUnavailable,
} from '../errors.ts';
import type { GrpcCodec } from '../servings/serving.ts';

export interface FailedCall {
  readonly serving: string;
  readonly timeoutMs: number;
  readonly meaningOf?: GrpcCodec['meaningOf'] | undefined;
}

type Meaning = 'overloaded' | 'rejected' | 'failed' | 'timeout' | 'reset';

/**
 * What each status means, from grpc/grpc, doc/statuscodes.md. The client library gives some of them itself; those are told
 * apart by their words before this table is asked.
 */
const meaningByCode: Readonly<Record<number, Meaning>> = {
  [status.CANCELLED]: 'reset',
  [status.UNKNOWN]: 'failed',
  [status.INVALID_ARGUMENT]: 'rejected',
  [status.DEADLINE_EXCEEDED]: 'timeout',
  [status.NOT_FOUND]: 'rejected',
  [status.ALREADY_EXISTS]: 'rejected',
  [status.PERMISSION_DENIED]: 'rejected',
  [status.RESOURCE_EXHAUSTED]: 'overloaded',
  [status.FAILED_PRECONDITION]: 'rejected',
  [status.ABORTED]: 'failed',
  [status.OUT_OF_RANGE]: 'rejected',
  [status.UNIMPLEMENTED]: 'rejected',
  [status.INTERNAL]: 'failed',
  [status.UNAVAILABLE]: 'overloaded',
  [status.DATA_LOSS]: 'failed',
  [status.UNAUTHENTICATED]: 'rejected',
};

/** No connection could be made. */
const NOT_REACHED =
  /^(?:No connection established|Name resolution failed|Failed to connect|The channel has been closed)/;
/** A connection ended under the call. */
const BROKEN_OFF =
  /^(?:Connection dropped|Received RST_STREAM|Stream refused by server|Call cancelled|.*(?:ECONNRESET|EPIPE))/;
/** What came is no gRPC, or too much of it. */
const NOT_GRPC =
  /^(?:Received HTTP status code|Received message larger than max|Missing|.*parse error|.*Protocol error)/i;
const SYSTEM_CODE = /\b(E[A-Z]{4,})\b/;

/** The answer for a call that failed. */
export const callErrorOf = (error: ServiceError, failed: FailedCall): Error => {
  const { serving, timeoutMs, meaningOf } = failed;
  const { code, details } = error;
  const name = status[code] ?? String(code);
  const options = { cause: error };
  if (code === status.UNAVAILABLE && NOT_REACHED.test(details)) {
    return new UpstreamUnavailable(serving, SYSTEM_CODE.exec(details)?.[1] ?? name, options);
  }
  if (NOT_GRPC.test(details)) {
    return new UpstreamMalformed(serving, 'its bytes are not such a gRPC answer', options);
  }
  if (BROKEN_OFF.test(details)) return new UpstreamReset(serving, options);
  const meaning = meaningOf?.(name, details) ?? meaningByCode[code] ?? 'failed';
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
