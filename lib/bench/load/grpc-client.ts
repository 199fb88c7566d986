import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { trusting } from '../../../serving-configs/tls.ts';
import type { TimedExchange, SendingClient } from './exchange.ts';
import type { LoadTarget, TargetRequest } from './job.ts';

/**
 * The gRPC statuses by number, each with the equivalent HTTP status, so that failures of both protocols fall into the same
 * classes. Source: googleapis/googleapis, google/rpc/code.proto.
 */
const STATUSES: readonly (readonly [name: string, httpStatus: number])[] = [
  ['OK', 200],
  ['CANCELLED', 499],
  ['UNKNOWN', 500],
  ['INVALID_ARGUMENT', 400],
  ['DEADLINE_EXCEEDED', 504],
  ['NOT_FOUND', 404],
  ['ALREADY_EXISTS', 409],
  ['PERMISSION_DENIED', 403],
  ['RESOURCE_EXHAUSTED', 429],
  ['FAILED_PRECONDITION', 400],
  ['ABORTED', 409],
  ['OUT_OF_RANGE', 400],
  ['UNIMPLEMENTED', 501],
  ['INTERNAL', 500],
  ['UNAVAILABLE', 503],
  ['DATA_LOSS', 500],
  ['UNAUTHENTICATED', 401],
];

/** The name of a gRPC status number. */
export const grpcStatusName = (status: string): string =>
  STATUSES[Number(status)]?.[0] ?? `status ${status}`;

/** The HTTP status that corresponds to a gRPC status number. */
const httpStatusOf = (grpcStatus: string): number => STATUSES[Number(grpcStatus)]?.[1] ?? 500;

const OK = '0';
/** Large enough for a whole answer, so that the server never waits for flow control. */
const WINDOW_BYTES = 2 ** 20;

/** Reports the answer of a stream to the exchange. */
const reportAnswer = (stream: ClientHttp2Stream, exchange: TimedExchange): void => {
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  let httpStatus = 0;
  let isOver = false;
  /** An answer without a message has the status in its headers. */
  const statusOf = (): string | string[] | undefined =>
    trailers['grpc-status'] ?? headers['grpc-status'];
  const finish = (): void => {
    if (isOver) return;
    isOver = true;
    const status = statusOf();
    if (status === undefined && (httpStatus === 0 || httpStatus === 200)) {
      exchange.onResponseError();
      return;
    }
    if (status !== undefined && status !== OK) exchange.status = httpStatusOf(String(status));
    exchange.onResponseEnd();
  };
  stream.on('response', ({ ':status': status = 0, ...fields }) => {
    headers = fields;
    httpStatus = status;
    exchange.onResponseStart(status, fields);
  });
  stream.on('data', (chunk: Buffer) => exchange.onResponseData(chunk));
  stream.on('trailers', (fields) => {
    trailers = fields;
  });
  // `end` or `close` follows and reports it.
  stream.on('error', () => undefined);
  stream.on('end', () => {
    // The answer is complete. `close` follows some event-loop turns later, or never if the server answered without reading the
    // message.
    if (httpStatus !== 200 || statusOf() !== undefined) {
      finish();
      if (!stream.writableFinished) stream.close(constants.NGHTTP2_CANCEL);
    }
  });
  stream.on('close', finish);
};

/**
 * Opens a client for unary gRPC calls on a connection of its own; see grpc/grpc, doc/PROTOCOL-HTTP2.md. The bytes of a request
 * are the encoded message with its prefix.
 */
export const openGrpcClient = (target: LoadTarget): SendingClient => {
  let session: ClientHttp2Session | undefined;

  const open = (): ClientHttp2Session => {
    if (session !== undefined && !session.closed && !session.destroyed) return session;
    const fresh = connect(target.origin, {
      ...trusting(target.caFile),
      settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
    });
    // The streams report it, too.
    fresh.on('error', () => undefined);
    session = fresh;
    return fresh;
  };

  const dispatch = (request: TargetRequest, exchange: TimedExchange): void => {
    const connection = open();
    const stream = connection.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: request.path,
      [constants.HTTP2_HEADER_TE]: 'trailers',
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      'grpc-timeout': `${target.timeoutMs}m`,
    });
    if (connection.connecting) connection.once('connect', () => exchange.onRequestStart());
    else exchange.onRequestStart();
    reportAnswer(stream, exchange);
    stream.end(request.bytes);
  };

  return { dispatch, destroy: () => session?.destroy() };
};
