import type { IncomingHttpHeaders } from 'node:http';
import { OUTCOME } from './outcome.ts';
import type { TargetRequest } from './job.ts';

/** Sends requests over one connection, one after another. */
export interface SendingClient {
  /** Sends a request and reports its answer to the exchange. */
  readonly dispatch: (request: TargetRequest, exchange: TimedExchange) => void;
  /** Closes the connection. The exchange in flight may still be called. */
  readonly destroy: () => void;
}

/**
 * A request and its answer, as the client reports them. A connection reuses one object for all its exchanges to keep garbage
 * collection rare.
 */
export class TimedExchange {
  /** Whether the connection was made, so that the request is on its way. */
  started = false;
  status = 0;
  headers: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];
  #onEnd: ((outcome: number) => void) | undefined;

  /** @param onEnd called with the outcome of each exchange; `OUTCOME.succeeded` means a complete, unchecked answer */
  constructor(onEnd: (outcome: number) => void) {
    this.#onEnd = onEnd;
  }

  /** Prepares for the next exchange. */
  reset(): void {
    this.started = false;
    this.status = 0;
    this.#chunks.length = 0;
  }

  /** Stops reporting: `onEnd` is not called any more. */
  abandon(): void {
    this.#onEnd = undefined;
  }

  get body(): Buffer {
    const [first] = this.#chunks;
    return first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
  }

  onRequestStart(): void {
    this.started = true;
  }

  onResponseStart(status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(chunk: Buffer): void {
    if (this.status === 200) {
      this.#chunks.push(chunk);
    }
  }

  onResponseEnd(): void {
    this.#onEnd?.(this.status === 200 ? OUTCOME.succeeded : this.status);
  }

  /** Ends it as `connect` if there was no connection, else as `reset`: closed early, half a body, or not HTTP. */
  onResponseError(): void {
    this.#onEnd?.(this.started ? OUTCOME.reset : OUTCOME.connect);
  }
}
