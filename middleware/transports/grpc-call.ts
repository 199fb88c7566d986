import { constants } from 'node:http2';
import type {
  ClientHttp2Session,
  ClientHttp2Stream,
  IncomingHttpHeaders,
  IncomingHttpStatusHeader,
} from 'node:http2';

import type { ServingRequest, ServingResponse } from '../servings/serving.ts';
import { PendingAnswer } from './pending-answer.ts';
import type { AnswerLimits } from './pending-answer.ts';

/** The serving ended the call with a status other than OK. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  /** Number of the gRPC status. */
  readonly status: number;
  readonly details: string;

  constructor(status: number, details: string) {
    super(`gRPC status ${status}: ${details}`);
    this.status = status;
    this.details = details;
  }
}

/** The answer is not valid gRPC. */
export class NotGrpc extends Error {
  override readonly name = 'NotGrpc';
}

/** Something that does not speak gRPC, such as a proxy, answered with an HTTP status other than 200. */
export class RefusedByHttp extends Error {
  override readonly name = 'RefusedByHttp';
  /** The HTTP status. */
  readonly status: number;

  constructor(status: number) {
    super(`HTTP status ${status}`);
    this.status = status;
  }
}

const PREFIX_BYTES = 5;
/** The gRPC status of a call that took too long. */
const DEADLINE_EXCEEDED = 4;

/** The header `grpc-timeout` has at most eight digits. */
const MAX_TIMEOUT_MS = 99_999_999;

/** The prefix of a message: a zero byte, which means uncompressed, and the length, big-endian. */
const prefixOf = (body: ServingRequest['body']): Buffer => {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(
    body.reduce((sum, part) => sum + part.byteLength, 0),
    1,
  );
  return prefix;
};

/** @throws NotGrpc if the bytes are not exactly one uncompressed message. */
const messageIn = (bytes: Buffer): Uint8Array => {
  if (bytes.length < PREFIX_BYTES || bytes.length !== PREFIX_BYTES + bytes.readUInt32BE(1)) {
    throw new NotGrpc('the answer is not one complete message');
  }
  if (bytes[0] !== 0)
    throw new NotGrpc('the answer is compressed, which the request did not allow');
  return bytes.subarray(PREFIX_BYTES);
};

/** Decodes the percent-encoded header `grpc-message`. */
const decodeDetails = (message: unknown): string => {
  const text = typeof message === 'string' ? message : '';
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const headersOf = (headers: IncomingHttpHeaders): ServingResponse['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));

/**
 * One unary call on a connection, as grpc/grpc, doc/PROTOCOL-HTTP2.md, specifies it. The parts of the message are written
 * to the connection one by one, so that a tensor is not copied.
 */
export class GrpcCall extends PendingAnswer<ServingResponse> {
  readonly #stream: ClientHttp2Stream;
  /** On the clock of `performance.now()`. */
  readonly #deadlineMs: number;
  #headers: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
  #trailers: IncomingHttpHeaders = {};

  /** @param onClose - Called once, when the stream is closed. */
  constructor(
    session: ClientHttp2Session,
    request: ServingRequest,
    limits: AnswerLimits,
    onClose: () => void,
  ) {
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: request.method,
      [constants.HTTP2_HEADER_PATH]: request.path,
      [constants.HTTP2_HEADER_TE]: 'trailers',
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      'grpc-timeout': `${Math.min(limits.timeoutMs, MAX_TIMEOUT_MS)}m`,
    });
    super(limits);
    this.#stream = stream;
    this.#deadlineMs = performance.now() + limits.timeoutMs;
    stream.on('response', (headers) => {
      this.#headers = headers;
      this.stage = 'in-body';
    });
    stream.on('trailers', (trailers) => {
      this.#trailers = trailers;
    });
    stream.on('data', (chunk: Buffer) => this.receive(chunk));
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // If only the stream was reset, a status may have come before; `close` follows.
      if (error.code !== 'ERR_HTTP2_STREAM_ERROR') this.fail(error);
    });
    stream.on('end', () => {
      if (this.#status === undefined && this.#headers[':status'] === 200) return;
      this.finish(this.#read);
      // If the serving answered without reading the message, the stream is still open.
      if (!stream.writableFinished) stream.close(constants.NGHTTP2_CANCEL);
    });
    stream.on('close', () => {
      onClose();
      this.finish(this.#read);
    });
    // Written at once, so that small parts need no frames of their own.
    stream.cork();
    stream.write(prefixOf(request.body));
    for (const part of request.body) stream.write(part);
    stream.end();
    stream.uncork();
  }

  /** The gRPC status. An answer without a message has it in its headers instead of trailers. */
  get #status(): unknown {
    return this.#trailers['grpc-status'] ?? this.#headers['grpc-status'];
  }

  protected override cancel(): void {
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  /** Reads the complete answer. */
  readonly #read = (bytes: Buffer): ServingResponse => {
    const { ':status': httpStatus } = this.#headers;
    const status = this.#status;
    if (typeof status === 'string' && !/^\d+$/.test(status)) {
      throw new NotGrpc('its status is not a number');
    }
    if (status !== undefined && status !== '0') {
      const details = decodeDetails(
        this.#trailers['grpc-message'] ?? this.#headers['grpc-message'],
      );
      throw new CallRefused(Number(status), details);
    }
    if (httpStatus !== undefined && httpStatus !== 200) {
      throw new RefusedByHttp(httpStatus);
    }
    if (status === undefined) {
      if (this.stage === 'in-body' && this.#stream.rstCode === constants.NGHTTP2_NO_ERROR) {
        throw new NotGrpc('the answer ended without a status');
      }
      const { rstCode } = this.#stream;
      // The serving knows the deadline, too, and may notice it first while this process is busy.
      if (rstCode === constants.NGHTTP2_CANCEL && performance.now() >= this.#deadlineMs) {
        throw new CallRefused(DEADLINE_EXCEEDED, 'the serving cancelled the call at its deadline');
      }
      throw new StreamReset(rstCode);
    }
    return { headers: headersOf(this.#headers), body: messageIn(bytes) };
  };
}

/** The serving closed the stream or the connection without a status. */
export class StreamReset extends Error {
  override readonly name = 'StreamReset';
  /** HTTP/2 error code. */
  readonly code: number;

  constructor(code: number) {
    super(`the stream was reset with HTTP/2 error code ${code}`);
    this.code = code;
  }
}
