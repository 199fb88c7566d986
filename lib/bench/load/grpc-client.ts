import { connect, constants } from 'node:http2';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import type { Exchange, SendingClient } from './exchange.ts';
import { httpStatusOf } from './grpc-status.ts';
import type { LoadTarget, TargetRequest } from './load-target.ts';

const OK = '0';
/** Room for a whole answer, so that the server need not wait. */
const WINDOW_BYTES = 2 ** 20;

/**
 * A client of unary gRPC calls on one connection of its own, as grpc/grpc, doc/PROTOCOL-HTTP2.md, describes them. What is
 * sent of each request is the encoded message behind its prefix.
 */
export const openGrpcClient = (target: LoadTarget): SendingClient => {
  let session: ClientHttp2Session | undefined;

  const open = (): ClientHttp2Session => {
    if (session !== undefined && !session.closed && !session.destroyed) return session;
    const fresh = connect(target.origin, {
      settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
    });
    // Its calls hear of it too, and they are what counts.
    fresh.on('error', () => undefined);
    session = fresh;
    return fresh;
  };

  const dispatch = (request: TargetRequest, exchange: Exchange): void => {
    const connection = open();
    const stream = connection.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: request.path,
      [constants.HTTP2_HEADER_TE]: 'trailers',
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      'grpc-timeout': `${target.timeoutMs}m`,
    });
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    let httpStatus = 0;
    if (connection.connecting) connection.once('connect', () => exchange.onRequestStart());
    else exchange.onRequestStart();
    stream.on('response', ({ ':status': status = 0, ...others }) => {
      headers = others;
      httpStatus = status;
      exchange.onResponseStart(status, others);
    });
    stream.on('data', (chunk: Buffer) => exchange.onResponseData(chunk));
    stream.on('trailers', (last) => {
      trailers = last;
    });
    // How it went is told by its end or its close.
    stream.on('error', () => undefined);
    // An answer without a message has it among its headers.
    const statusOf = (): string | string[] | undefined =>
      trailers['grpc-status'] ?? headers['grpc-status'];
    let isOver = false;
    const finish = (): void => {
      if (isOver) return;
      isOver = true;
      const status = statusOf();
      if (status === undefined && (httpStatus === 0 || httpStatus === 200)) {
        exchange.onResponseError();
        return;
      }
      if (status !== undefined && status !== OK) {
        exchange.status = httpStatusOf(String(status));
      }
      exchange.onResponseEnd();
    };
    stream.on('end', () => {
      // The answer is whole. The close comes some turns of the event loop later, and not at all by itself if the server
      // answered without reading the message.
      if (httpStatus !== 200 || statusOf() !== undefined) {
        finish();
        if (!stream.writableFinished) stream.close(constants.NGHTTP2_CANCEL);
      }
    });
    stream.on('close', finish);
    stream.end(request.bytes);
  };

  return {
    dispatch,
    destroy: () => session?.destroy(),
  };
};
