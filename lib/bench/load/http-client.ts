import { connect, type Socket } from 'node:net';
import type { TimedExchange, SendingClient } from './exchange.ts';
import { readHttpAnswer } from './http-answer.ts';
import type { LoadTarget } from './load-target.ts';

/** The read buffer of all connections. The next read overwrites it, so bytes that are needed longer must be copied. */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

/** Seconds after which many servers close an idle connection; used if a server does not announce its own limit. */
const IDLE_SECONDS = '5';

/**
 * Opens an HTTP/1.1 client on one connection. Requests are prepared bytes and answers are short, so it needs less CPU time per
 * request than a general client, and leaves more to a server on the same machine.
 */
export const openHttpClient = ({ origin }: LoadTarget): SendingClient => {
  const { hostname, port } = new URL(origin);
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
    const opened: Socket = connect({
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port) || 80,
      noDelay: true,
      onread: { buffer: readBuffer, callback },
    });
    opened.once('connect', () => inFlight?.onRequestStart());
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
