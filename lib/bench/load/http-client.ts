import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { endpointAt, trusting } from '../../../serving-configs/tls.ts';
import type { TimedExchange, SendingClient } from './exchange.ts';
import type { LoadTarget } from './job.ts';

/** A complete HTTP/1.1 answer. */
export interface HttpAnswer {
  readonly status: number;
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Whether the next request may use the same connection. */
  readonly keepsOpen: boolean;
}

const HEAD_START = 'HTTP/1.';
const HEAD_END = '\r\n\r\n';
const MAX_HEAD_BYTES = 65_536;
const EMPTY = Buffer.alloc(0);

/**
 * Reads the answer to one request (RFC 9112). Returns undefined if it is still incomplete.
 *
 * @param bytes everything received since the request was sent; the returned body is a view of it
 * @param isClosed whether the server has closed the connection
 * @throws Error if the answer is not HTTP/1.1
 */
export const readHttpAnswer = (bytes: Buffer, isClosed: boolean): HttpAnswer | undefined => {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) {
    const start = bytes.toString('latin1', 0, HEAD_START.length);
    if (!HEAD_START.startsWith(start) || bytes.length > MAX_HEAD_BYTES) throw notHttp();
    return undefined;
  }
  const [statusLine = '', ...fields] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [, minor, code] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(statusLine) ?? [];
  const status = Number(code);
  if (code === undefined || status === 101) throw notHttp();
  const rest = bytes.subarray(headEnd + HEAD_END.length);
  if (status < 200) return readHttpAnswer(rest, isClosed);
  const headers = readFields(fields);
  const body = readBody(status, headers, rest, isClosed);
  if (body === undefined) return undefined;
  const { connection = minor === '1' ? 'keep-alive' : 'close' } = headers;
  const keepsOpen = !isClosed && body.end === rest.length && !/close/i.test(connection);
  return { status, headers, body: body.bytes, keepsOpen };
};

const notHttp = (): Error => new Error('The answer is not HTTP/1.1.');

const readFields = (lines: readonly string[]): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw notHttp();
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
};

interface Body {
  readonly bytes: Buffer;
  /** The offset of its end, counted from the end of the head. */
  readonly end: number;
}

const readBody = (
  status: number,
  headers: Readonly<Record<string, string>>,
  rest: Buffer,
  isClosed: boolean,
): Body | undefined => {
  if (status === 204 || status === 304) return { bytes: EMPTY, end: 0 };
  if (/chunked$/i.test(headers['transfer-encoding'] ?? '')) return readChunks(rest);
  const declared = headers['content-length'];
  if (declared === undefined) return isClosed ? { bytes: rest, end: rest.length } : undefined;
  if (!/^\d+$/.test(declared)) throw notHttp();
  const length = Number(declared);
  return rest.length < length ? undefined : { bytes: rest.subarray(0, length), end: length };
};

const readChunks = (rest: Buffer): Body | undefined => {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const [digits] = /^[0-9a-f]+/i.exec(rest.toString('latin1', at, lineEnd)) ?? [];
    if (digits === undefined) throw notHttp();
    const size = Number.parseInt(digits, 16);
    if (size === 0) {
      // Search from this line break on: without trailers, two line breaks in a row end the body.
      const end = rest.indexOf(HEAD_END, lineEnd);
      return end < 0 ? undefined : { bytes: Buffer.concat(parts), end: end + HEAD_END.length };
    }
    const start = lineEnd + 2;
    at = start + size + 2;
    if (rest.length < at) return undefined;
    parts.push(rest.subarray(start, start + size));
  }
};

/** The read buffer of all connections. The next read overwrites it, so bytes that are needed longer must be copied. */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

/** Seconds after which many servers close an idle connection; used if a server does not announce its own limit. */
const IDLE_SECONDS = '5';

/**
 * Opens an HTTP/1.1 client on one connection. Requests are prepared bytes and answers are short, so it needs less CPU time per
 * request than a general client, and leaves more to a server on the same machine.
 */
export const openHttpClient = ({ origin, caFile }: LoadTarget): SendingClient => {
  const { isTls, ...endpoint } = endpointAt(origin);
  let socket: Socket | undefined;
  let inFlight: TimedExchange | undefined;
  /** The first bytes of an incomplete answer. */
  let partial: Buffer | undefined;
  /** One second before the server may close the connection. A later request could cross the close and count as a failure. */
  let staleAtMs = Infinity;

  /** Closes the connection and returns the exchange that was in flight on it. */
  const drop = (): TimedExchange | undefined => {
    const last = inFlight;
    socket?.destroy();
    socket = undefined;
    inFlight = undefined;
    partial = undefined;
    staleAtMs = Infinity;
    return last;
  };

  const read = (bytes: Buffer, isClosed: boolean): void => {
    const exchange = inFlight;
    let answer;
    try {
      answer = exchange === undefined ? undefined : readHttpAnswer(bytes, isClosed);
    } catch {
      // Reported like a connection that was closed.
      isClosed = true;
    }
    if (exchange === undefined || (answer === undefined && isClosed)) {
      drop()?.onResponseError();
      return;
    }
    if (answer === undefined) {
      partial = Buffer.from(bytes);
      return;
    }
    partial = undefined;
    inFlight = undefined;
    const [, seconds = IDLE_SECONDS] =
      /timeout=(\d+)/.exec(answer.headers['keep-alive'] ?? '') ?? [];
    staleAtMs = performance.now() + (Number(seconds) - 1) * 1000;
    if (!answer.keepsOpen) drop();
    exchange.onResponseStart(answer.status, answer.headers);
    exchange.onResponseData(answer.body);
    // Must be last: it may send the next request.
    exchange.onResponseEnd();
  };

  const open = (): Socket => {
    const callback = (length: number): boolean => {
      const bytes = readBuffer.subarray(0, length);
      if (opened === socket)
        read(partial === undefined ? bytes : Buffer.concat([partial, bytes]), false);
      return true;
    };
    const onEnd = (): void => {
      if (opened === socket) read(partial ?? Buffer.alloc(0), true);
    };
    const options: TcpNetConnectOpts = { ...endpoint, onread: { buffer: readBuffer, callback } };
    const opened: Socket = isTls
      ? connectTls({ ...options, ...trusting(caFile) })
      : connect(options);
    opened.setNoDelay(true);
    opened.once(isTls ? 'secureConnect' : 'connect', () => inFlight?.onRequestStart());
    opened
      .on('error', () => undefined)
      .on('end', onEnd)
      .on('close', onEnd);
    return opened;
  };

  return {
    dispatch: ({ bytes }, exchange) => {
      if (performance.now() >= staleAtMs) drop();
      inFlight = exchange;
      if (socket === undefined) socket = open();
      else if (!socket.connecting) exchange.onRequestStart();
      socket.write(bytes);
    },
    destroy: () => void drop(),
  };
};
