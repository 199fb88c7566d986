import { connect, type Socket } from 'node:net';
import type { Exchange, SendingClient } from './exchange.ts';
import { readHttpAnswer } from './http-answer.ts';
import type { LoadTarget } from './load-target.ts';

/** What arrives lies here until the next read of any connection: whatever is needed longer is copied. */
const arrived = Buffer.allocUnsafeSlow(65_536);

/** How long a connection may be idle, in seconds, if the server does not say it; many close after that. */
const IDLE_SECONDS = '5';

/**
 * A client of HTTP/1.1 on one connection. Requests are ready to be written and answers are short, so that it does less for
 * each than a general client, and leaves the time to the server beside it.
 */
export const openHttpClient = ({ origin }: LoadTarget): SendingClient => {
  const { hostname, port } = new URL(origin);
  let socket: Socket | undefined;
  let inFlight: Exchange | undefined;
  /** Of an answer that is not whole yet. */
  let begun: Buffer | undefined;
  /** A second before the server may close the connection: a request that crosses the close would count as its failure. */
  let staleAtMs = Infinity;

  /** Forgets the connection, and gives the exchange on it, which is over. */
  const drop = (): Exchange | undefined => {
    const last = inFlight;
    socket?.destroy();
    socket = undefined;
    inFlight = undefined;
    begun = undefined;
    staleAtMs = Infinity;
    return last;
  };

  const read = (bytes: Buffer, isClosed: boolean): void => {
    const exchange = inFlight;
    let answer;
    try {
      answer = exchange === undefined ? undefined : readHttpAnswer(bytes, isClosed);
    } catch {
      // Told as any other end of the connection.
      isClosed = true;
    }
    if (exchange === undefined || (answer === undefined && isClosed)) {
      drop()?.onResponseError();
      return;
    }
    if (answer === undefined) {
      begun = Buffer.from(bytes);
      return;
    }
    begun = undefined;
    inFlight = undefined;
    const [, seconds = IDLE_SECONDS] =
      /timeout=(\d+)/.exec(answer.headers['keep-alive'] ?? '') ?? [];
    staleAtMs = performance.now() + (Number(seconds) - 1) * 1000;
    if (!answer.keepsOpen) drop();
    exchange.onResponseStart(answer.status, answer.headers);
    exchange.onResponseData(answer.body);
    // Last: the next request may be sent from it.
    exchange.onResponseEnd();
  };

  const open = (): Socket => {
    const callback = (length: number): boolean => {
      const bytes = arrived.subarray(0, length);
      if (own === socket) read(begun === undefined ? bytes : Buffer.concat([begun, bytes]), false);
      return true;
    };
    const onEnd = (): void => {
      if (own === socket) read(begun ?? Buffer.alloc(0), true);
    };
    const own: Socket = connect({
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port) || 80,
      noDelay: true,
      onread: { buffer: arrived, callback },
    });
    own.once('connect', () => inFlight?.onRequestStart());
    own
      .on('error', () => undefined)
      .on('end', onEnd)
      .on('close', onEnd);
    return own;
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
