import { buildConnector, Pool } from 'undici';

import type { ServingRequest } from '../servings/serving.ts';
import type { AnswerLimits } from './answer-under-way.ts';
import { Exchange } from './exchange.ts';
import type { WholeResponse } from './exchange.ts';
import type { Transport } from './transport.ts';
import { exchangeErrorOf, statusErrorOf } from './upstream-errors.ts';

export interface RestTransportOptions extends AnswerLimits {
  readonly serving: string;
  /** Base URL of the serving. */
  readonly origin: string;
  /** Most connections at once; further requests wait for one. */
  readonly connections: number;
}

/**
 * Opens connections for a dispatcher, and closes those on which nothing is sent. Where a request is given up on its way,
 * undici closes its connection and at once opens another one for it, and then has nothing to send there. A server that
 * gives each connection a thread waits on it: a handful of clients that left kept gunicorn from answering for seconds.
 */
const purposefulConnector = (): buildConnector.connector => {
  // The one deadline of the exchange covers connecting.
  const connector = buildConnector({ timeout: 0 });
  return (options, callback) => {
    connector(options, (...result) => {
      callback(...result);
      const [, socket] = result;
      // What waits for the connection is written by then.
      setImmediate(() => {
        if (socket?.bytesWritten === 0) socket.destroy();
      });
    });
  };
};

/**
 * The connections to one serving, kept alive, one request at a time on each. Knows nothing of any protocol above
 * HTTP. Nothing is sent twice: a repeated request would hide what the serving did to the first.
 */
export class RestTransport implements Transport {
  readonly #options: RestTransportOptions;
  readonly #pool: Pool;

  constructor(options: RestTransportOptions) {
    this.#options = options;
    this.#pool = new Pool(options.origin, {
      connections: options.connections,
      pipelining: 1,
      // The one deadline of the exchange covers these.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: purposefulConnector(),
    });
  }

  /** A success is the status 200. */
  async send(
    request: ServingRequest,
    onStart: (abort: (reason: Error) => void) => void,
  ): Promise<WholeResponse> {
    const { serving, timeoutMs } = this.#options;
    const exchange = new Exchange(this.#options);
    onStart((reason) => {
      exchange.abort(reason);
    });
    this.#pool.dispatch(dispatchOptions(request), exchange);
    let response: WholeResponse;
    try {
      response = await exchange.result;
    } catch (error) {
      throw exchangeErrorOf(error, { serving, timeoutMs, stage: exchange.stage });
    }
    // The serving is done with the body. After a failure the connection may still read from it.
    request.release?.();
    const failure = statusErrorOf(response.status, serving);
    if (failure !== undefined) throw failure;
    return response;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** The client writes each part by itself; up to this size a copy costs less than one more packet. */
const MAX_COPIED_BYTES = 64 * 1024;

type DispatchOptions = Parameters<Pool['dispatch']>[0];

const dispatchOptions = ({ method, path, headers, body }: ServingRequest): DispatchOptions => {
  const [only, second] = body;
  if (second === undefined) return { method, path, headers, body: only ?? null };
  const length = body.reduce((sum, part) => sum + part.byteLength, 0);
  if (length <= MAX_COPIED_BYTES) return { method, path, headers, body: Buffer.concat(body) };
  return {
    method,
    path,
    headers: { ...headers, 'content-length': String(length) },
    // The client writes the parts of any iterable one after the other; its types name only streams.
    body: body as unknown as NonNullable<DispatchOptions['body']>,
  };
};
