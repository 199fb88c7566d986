import { Exchange, type SendingClient } from './exchange.ts';
import { openGrpcClient } from './grpc-client.ts';
import { openHttpClient } from './http-client.ts';
import { OUTCOME } from './outcome.ts';
import type { LoadTarget } from './load-target.ts';

/** Hears the end of every exchange: `outcome` is one of `OUTCOME` or a status, 0 a complete answer that is still unchecked. */
export type OnEnd = (connection: Connection, outcome: number, doneMs: number) => void;

/**
 * One keep-alive connection with one exchange at a time, connected at the first request and again after each break. The
 * time limit holds for the whole exchange: connecting, sending and receiving.
 */
export class Connection {
  image = 0;
  plannedMs = 0;
  sentMs = 0;
  busy = false;
  readonly #target: LoadTarget;
  readonly #clock: () => number;
  readonly #onEnd: OnEnd;
  readonly #deadline: NodeJS.Timeout;
  #client: SendingClient;
  #exchange: Exchange;

  /** `clock` gives milliseconds from the start of the load. */
  constructor(target: LoadTarget, clock: () => number, onEnd: OnEnd) {
    this.#target = target;
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#client = openClient(target);
    this.#exchange = new Exchange(this.#end);
    // One timer for the life of the connection: a refresh for each request costs less than a new timer.
    this.#deadline = setTimeout(this.#expire, target.timeoutMs);
    this.#deadline.unref();
  }

  /** The one in flight, or the last one. */
  get exchange(): Exchange {
    return this.#exchange;
  }

  /** Sends an image; `plannedMs` is when it should have left, by default now. Call it only when not busy. */
  send(image: number, plannedMs?: number): void {
    const request = this.#target.requests[image];
    if (request === undefined) {
      throw new RangeError(`There is no image ${image} among ${this.#target.requests.length}.`);
    }
    this.busy = true;
    this.image = image;
    this.#exchange.reset();
    this.#deadline.refresh();
    this.sentMs = this.#clock();
    this.plannedMs = plannedMs ?? this.sentMs;
    this.#client.dispatch(request, this.#exchange);
  }

  /** Breaks the connection without ending the exchange in flight. */
  abort(): void {
    clearTimeout(this.#deadline);
    this.#exchange.abandon();
    this.busy = false;
    this.#client.destroy();
  }

  readonly #end = (outcome: number): void => {
    const doneMs = this.#clock();
    this.busy = false;
    this.#onEnd(this, outcome, doneMs);
  };

  readonly #expire = (): void => {
    if (!this.busy) {
      return;
    }
    const late = this.#exchange;
    late.abandon();
    this.#client.destroy();
    this.#client = openClient(this.#target);
    this.#exchange = new Exchange(this.#end);
    this.#end(late.started ? OUTCOME.timeout : OUTCOME.connect);
  };
}

const openClient = (target: LoadTarget): SendingClient =>
  target.protocol === 'grpc' ? openGrpcClient(target) : openHttpClient(target);
