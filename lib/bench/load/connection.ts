import { TimedExchange, type SendingClient } from './exchange.ts';
import { openGrpcClient } from './grpc-client.ts';
import { openHttpClient } from './http-client.ts';
import { OUTCOME } from './outcome.ts';
import type { LoadTarget } from './job.ts';

/**
 * Called at the end of every exchange. `outcome` is one of `OUTCOME` or an HTTP status; `OUTCOME.succeeded` means a complete
 * answer that has not been checked yet.
 */
export type OnEnd = (connection: Connection, outcome: number, doneMs: number) => void;

/**
 * A keep-alive connection that carries one exchange at a time. It connects at the first request and again after it broke. The
 * timeout covers the whole exchange: connecting, sending and receiving.
 */
export class Connection {
  /** Its number among the connections of the load, from 0; in a closed loop, that of the virtual user. */
  readonly user: number;
  image = 0;
  plannedMs = 0;
  sentMs = 0;
  busy = false;
  readonly #target: LoadTarget;
  readonly #clock: () => number;
  readonly #onEnd: OnEnd;
  readonly #deadline: NodeJS.Timeout;
  #client: SendingClient;
  #exchange: TimedExchange;

  /** @param clock returns milliseconds since the start of the load */
  constructor(target: LoadTarget, user: number, clock: () => number, onEnd: OnEnd) {
    this.user = user;
    this.#target = target;
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#client = openClient(target);
    this.#exchange = new TimedExchange(this.#end);
    // One timer for the life of the connection: refreshing it costs less than creating one for each request.
    this.#deadline = setTimeout(this.#expire, target.timeoutMs);
    this.#deadline.unref();
  }

  /** The exchange in flight, or the last one. */
  get exchange(): TimedExchange {
    return this.#exchange;
  }

  /**
   * Sends an image. Call it only if the connection is not busy.
   *
   * @param plannedMs when the request should have left; default: now
   */
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

  /** Closes the connection. */
  close(): void {
    clearTimeout(this.#deadline);
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
    const expired = this.#exchange;
    expired.abandon();
    this.#client.destroy();
    this.#client = openClient(this.#target);
    this.#exchange = new TimedExchange(this.#end);
    this.#end(expired.started ? OUTCOME.timeout : OUTCOME.connect);
  };
}

const openClient = (target: LoadTarget): SendingClient =>
  target.protocol === 'grpc' ? openGrpcClient(target) : openHttpClient(target);
