import { STATUS_CODES, type OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

import { Internal, RequestAborted, RequestInvalid } from './errors.ts';
import { wrongMediaType } from './upload.ts';

interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly serving?: string;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly body: ErrorBody;
  /** The status of the serving if it answered with one of failure. */
  readonly upstreamStatus?: number | undefined;
  /** The error to log if the middleware itself is at fault. */
  readonly fault?: unknown;
}

/** Our errors for requests that Fastify refuses before a route sees them, by Fastify's error code. */
const frameworkErrors: Readonly<
  Record<string, (error: FastifyError, contentType: string | undefined) => FastifyError>
> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (_, contentType) => wrongMediaType(contentType),
  FST_ERR_CTP_EMPTY_JSON_BODY: (error) => new RequestInvalid(error.message),
  FST_ERR_VALIDATION: (error) => new RequestInvalid(`The request is not valid: ${error.message}.`),
  ECONNRESET: () => new RequestAborted(),
};

/** Whether an error is from errors.ts. Despite the type, a thrown value may have no code. */
const isOurs = ({ code }: Partial<FastifyError>): boolean => code?.startsWith('INFER_') ?? false;

const translate = (
  error: FastifyError,
  contentType: string | undefined,
): FastifyError | undefined => {
  if (isOurs(error)) return error;
  const known = frameworkErrors[error.code]?.(error, contentType);
  if (known !== undefined) return known;
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? new RequestInvalid(error.message) : undefined;
};

/** Turns anything thrown while a request was handled into an answer. */
export const errorAnswerOf = (
  error: FastifyError & { readonly upstreamStatus?: number },
  contentType: string | undefined,
  serving: string | undefined,
): ErrorAnswer => {
  const translated = translate(error, contentType);
  const { code, message, statusCode } = translated ?? new Internal();
  const body = serving === undefined ? { code, message } : { code, message, serving };
  const { upstreamStatus } = error;
  const answer = { status: statusCode ?? 500, body, upstreamStatus };
  return translated === undefined ? { ...answer, fault: error } : answer;
};

/** Time that a refused client has to read the answer. */
const GRACE_MS = 1000;

/**
 * Answers a request without reading the rest of its body. If the connection were closed at once, the system would reset it
 * because of the unread bytes, and a client that is still sending would lose the answer. So the answer is sent first, and
 * the connection closes a moment later.
 */
export const refuseUpload = (
  request: FastifyRequest,
  reply: FastifyReply,
  { status, body }: ErrorAnswer,
): void => {
  const text = Buffer.from(JSON.stringify(body));
  reply.hijack();
  request.raw.pause();
  reply.raw.writeHead(status, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'content-type': 'application/json; charset=utf-8',
    'content-length': text.length,
  });
  reply.raw.write(text);
  const timer = setTimeout(() => {
    reply.raw.end();
  }, GRACE_MS);
  reply.raw.once('close', () => {
    clearTimeout(timer);
  });
};

const REASONS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers of the request are too large.'],
};

/** Answers a request that Node cannot parse, which reaches no route and no error handler, and closes its connection. */
export const refuseUnparsed = ({ code = '' }: NodeJS.ErrnoException, socket: Socket): void => {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  const [status, message] = REASONS[code] ?? [400, 'The request is not valid HTTP/1.1.'];
  const body = JSON.stringify({ code: new RequestInvalid('').code, message });
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => void socket.destroy(),
  );
};
