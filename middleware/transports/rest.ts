import { buildConnector, Pool, type Dispatcher } from 'undici';

import { trusting } from '../../serving-configs/tls.ts';
import type { ServingRequest } from '../servings/serving.ts';
import { PendingAnswer, type AnswerLimits } from './pending-answer.ts';
import type { Transport } from './transport.ts';
import { exchangeErrorOf, statusErrorOf } from './upstream-errors.ts';

/** A complete HTTP answer of a serving, whatever its status. */
interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** One HTTP exchange. It receives the answer straight from undici's dispatcher, without a stream object or a signal. */
class Exchange extends PendingAnswer<HttpResponse> implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: HttpResponse['headers'] = {};

  /** Closes the connection if the request has started. */
  protected override cancel(reason: Error): void {
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.isOver) controller.abort(new Error('cancelled before it was sent'));
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: HttpResponse['headers'],
  ): void {
    // Informational responses (1xx) come before the final one.
    if (status < 200) return;
    this.stage = 'in-body';
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.receive(chunk);
  }

  onResponseEnd(): void {
    this.finish((body) => ({ status: this.#status, headers: this.#headers, body }));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }
}

export interface RestTransportOptions extends AnswerLimits {
  readonly serving: string;
  /** Base URL of the serving. */
  readonly origin: string;
  /** Maximum number of connections; further requests wait for one. */
  readonly connections: number;
  /** A PEM file with authorities that an `https` origin may have its certificate from, besides those that Node knows. */
  readonly caFile?: string | undefined;
}

/**
 * Opens connections for a dispatcher and closes those on which nothing is sent. When a request in flight is aborted, undici
 * closes its connection and at once opens another, but has nothing to send there. A server with one thread per connection
 * waits on it: a handful of clients that left kept gunicorn from answering for seconds.
 */
const connectorWithoutIdle = (caFile: string | undefined): buildConnector.connector => {
  // The timeout of the exchange covers connecting.
  const connector = buildConnector({ timeout: 0, ...trusting(caFile) });
  return (options, callback) => {
    connector(options, (...result) => {
      callback(...result);
      const [, socket] = result;
      // A request that waits for the connection has been written by then.
      setImmediate(() => {
        if (socket?.bytesWritten === 0) socket.destroy();
      });
    });
  };
};

/**
 * The HTTP connections to one serving, kept alive, with one request at a time on each. Knows nothing about the protocol on
 * top of HTTP. It never retries, because a retry would hide what happened to the first request.
 */
export class RestTransport implements Transport {
  readonly #options: RestTransportOptions;
  readonly #pool: Pool;

  constructor(options: RestTransportOptions) {
    this.#options = options;
    this.#pool = new Pool(options.origin, {
      connections: options.connections,
      pipelining: 1,
      // The timeout of the exchange covers these.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: connectorWithoutIdle(options.caFile),
    });
  }

  async send(
    request: ServingRequest,
    onStart: (abort: (reason: Error) => void) => void,
  ): Promise<HttpResponse> {
    const { serving, timeoutMs } = this.#options;
    const exchange = new Exchange(this.#options);
    onStart((reason) => {
      exchange.abort(reason);
    });
    this.#pool.dispatch(dispatchOptions(request), exchange);
    let response: HttpResponse;
    try {
      response = await exchange.result;
    } catch (error) {
      throw exchangeErrorOf(error, { serving, timeoutMs, stage: exchange.stage });
    }
    // The serving has read the whole body. After a failure, the connection may still be reading from it.
    request.release?.();
    const failure = statusErrorOf(response.status, serving);
    if (failure !== undefined) throw failure;
    return response;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** undici writes each part separately; up to this size, a copy costs less than one more packet. */
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
    // undici writes the parts of any iterable one after the other, although its types allow only streams.
    body: body as unknown as NonNullable<DispatchOptions['body']>,
  };
};
