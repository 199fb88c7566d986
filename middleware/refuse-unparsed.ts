import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { RequestInvalid } from './errors.ts';

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
