import { ClientGone, Overloaded } from './errors.ts';

/**
 * Bounds what one process takes on: so many requests at work, so many waiting, and not one more. A request counts
 * from its head on, so that the bodies which are being received are bounded too.
 */
export class Admission {
  readonly #maxInFlight: number;
  readonly #maxQueue: number;
  readonly #waiting = new Set<Visit>();
  #inside = 0;
  #inFlight = 0;

  constructor(limits: { readonly maxInFlight: number; readonly maxQueue: number }) {
    this.#maxInFlight = limits.maxInFlight;
    this.#maxQueue = limits.maxQueue;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Lets a request in; it must {@link Visit.leave} when its answer is sent or its client gone.
   * @throws Overloaded where all places are taken.
   */
  enter(): Visit {
    if (this.#inside >= this.#maxInFlight + this.#maxQueue) {
      throw new Overloaded(this.#maxInFlight, this.#maxQueue);
    }
    this.#inside += 1;
    return new Visit({
      start: (visit) => {
        if (this.#inFlight >= this.#maxInFlight) {
          this.#waiting.add(visit);
          return false;
        }
        this.#inFlight += 1;
        return true;
      },
      end: (visit, started) => {
        this.#inside -= 1;
        this.#waiting.delete(visit);
        if (!started) return;
        this.#inFlight -= 1;
        const [next] = this.#waiting;
        if (next === undefined) return;
        this.#waiting.delete(next);
        this.#inFlight += 1;
        next.begin();
      },
    });
  }
}

interface Desk {
  /** True: go on; false: wait for {@link Visit.begin}. */
  readonly start: (visit: Visit) => boolean;
  readonly end: (visit: Visit, started: boolean) => void;
}

/** One request's stay, from its head to the end of its answer. */
export class Visit {
  readonly arrivedAtMs = performance.now();
  readonly #desk: Desk;
  #state: 'arrived' | 'waiting' | 'working' | 'left' = 'arrived';
  #wake: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #onLeave: (() => void) | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /**
   * Resolves when it is this request's turn; `undefined` where it may go on at once.
   * @throws ClientGone where the client left before that.
   */
  turn(): Promise<void> | undefined {
    if (this.#state === 'left') throw new ClientGone();
    if (this.#desk.start(this)) {
      this.#state = 'working';
      return undefined;
    }
    this.#state = 'waiting';
    return new Promise((resolve, reject) => {
      this.#wake = { resolve, reject };
    });
  }

  /** Called by the desk when a place became free. */
  begin(): void {
    this.#state = 'working';
    this.#wake?.resolve();
  }

  /** Calls `abort` once if the visit ends while the work goes on: then the client went away. */
  set onLeave(abort: (() => void) | undefined) {
    this.#onLeave = abort;
  }

  get left(): boolean {
    return this.#state === 'left';
  }

  /** Gives the place back; a second call does nothing. */
  leave(): void {
    if (this.#state === 'left') return;
    const state = this.#state;
    this.#state = 'left';
    this.#desk.end(this, state === 'working');
    if (state === 'waiting') this.#wake?.reject(new ClientGone());
    this.#onLeave?.();
  }
}
