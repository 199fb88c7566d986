import type { IncomingHttpHeaders } from 'node:http';
import { OUTCOME } from './outcome.ts';
import type { TargetRequest } from './load-target.ts';

/** What sends the requests of one connection, one after the other. */
export interface SendingClient {
  /** Sends one and reports to the exchange. */
  readonly dispatch: (request: TargetRequest, exchange: Exchange) => void;
  /** Breaks the connection; its exchange may still be told. */
  readonly destroy: () => void;
}

/**
 * One request and its answer, as the client reports them. A connection reuses the object for all its exchanges, to make little
 * garbage.
 */
export class Exchange {
  /** There is a connection, and the request is on its way. */
  started = false;
  status = 0;
  headers: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];
  #onEnd: ((outcome: number) => void) | undefined;

  /** `onEnd` is told how each exchange ended; 0 is a complete answer with status 200, still unchecked. */
  constructor(onEnd: (outcome: number) => void) {
    this.#onEnd = onEnd;
  }

  /** Makes it ready for the next exchange. */
  reset(): void {
    this.started = false;
    this.status = 0;
    this.#chunks.length = 0;
  }

  /** `onEnd` is not called any more. */
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

  /** Refused or no route: `connect`. Closed, half a body or not HTTP: `reset`. */
  onResponseError(): void {
    this.#onEnd?.(this.started ? OUTCOME.reset : OUTCOME.connect);
  }
}
