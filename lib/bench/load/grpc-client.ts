import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { trusting } from '../../../serving-configs/tls.ts';
import type { TimedExchange, SendingClient } from './exchange.ts';
import { httpStatusOf } from './grpc-status.ts';
import type { LoadTarget, TargetRequest } from './job.ts';

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
