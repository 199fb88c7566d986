import { ClientGone, Overloaded } from './errors.ts';

interface AdmissionLimits {
  readonly maxInFlight: number;
  readonly maxQueue: number;
  /** See {@link Admission}. */
  readonly maxBytesInFlight: number;
}

/**
 * Limits how many requests one process works on, how many wait, and how much memory they take. A request counts from
 * the arrival of its headers, so bodies that are still being received are limited too.
 *
 * Memory has a limit of its own because one request may need a thousand times as much as another. A request is refused
 * if its body does not fit beside the bodies already admitted. It starts when the memory for its work is free as well;
 * if it can never fit, it starts when nothing else is in flight. Requests start in order, so a large one cannot starve.
 *
 * An exclusive request starts when nothing else is in flight, and nothing starts until it ends. This imitates a client
 * that blocks its process.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #waiting = new Set<Visit>();
  #inside = 0;
  #inFlight = 0;
  #bodyBytes = 0;
  #workBytes = 0;
  #isExclusive = false;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Admits a request. The caller must call {@link Visit.leave} when the answer is sent or the client is gone.
   * @param bodyBytes - Upper limit of the size of its body.
   * @throws Overloaded if too many requests or too many bytes are admitted already.
   */
  enter(bodyBytes = 0): Visit {
    const { maxInFlight, maxQueue, maxBytesInFlight } = this.#limits;
    if (this.#inside >= maxInFlight + maxQueue) {
      throw new Overloaded(`is handling ${maxInFlight} requests and has ${maxQueue} more waiting`);
    }
    if (this.#inside > 0 && this.#bodyBytes + bodyBytes > maxBytesInFlight) {
      throw new Overloaded(`holds all the bodies that fit into ${maxBytesInFlight} bytes`);
    }
    this.#inside += 1;
    this.#bodyBytes += bodyBytes;
    return new Visit(this, bodyBytes);
  }

  /** Called by a visit whose body is smaller than its upper limit. */
  shrinkBody(fewerBytes: number): void {
    this.#bodyBytes -= fewerBytes;
  }

  /** Called by a visit. Returns whether it may start now; if not, {@link Visit.begin} is called later. */
  start(visit: Visit): boolean {
    if (this.#waiting.size > 0 || !this.#fits(visit)) {
      this.#waiting.add(visit);
      return false;
    }
    this.#take(visit);
    return true;
  }

  /** Called by a visit that ends. `started` says whether its work had begun. */
  end(visit: Visit, started: boolean): void {
    this.#inside -= 1;
    this.#bodyBytes -= visit.bodyBytes;
    this.#waiting.delete(visit);
    if (started) {
      this.#inFlight -= 1;
      this.#isExclusive = false;
      this.#workBytes -= visit.workBytes;
    }
    for (const next of this.#waiting) {
      if (!this.#fits(next)) return;
      this.#waiting.delete(next);
      this.#take(next);
      next.begin();
    }
  }

  #fits({ workBytes, isExclusive }: Visit): boolean {
    if (this.#inFlight >= this.#limits.maxInFlight) return false;
    if (this.#isExclusive || (isExclusive && this.#inFlight > 0)) return false;
    const bytes = this.#bodyBytes + this.#workBytes + workBytes;
    return bytes <= this.#limits.maxBytesInFlight || this.#inFlight === 0;
  }

  #take({ workBytes, isExclusive }: Visit): void {
    this.#inFlight += 1;
    this.#isExclusive = isExclusive;
    this.#workBytes += workBytes;
  }
}

/** The stay of one request, from the arrival of its headers to the end of its answer. */
export class Visit {
  readonly arrivedAtMs = performance.now();
  bodyBytes: number;
  /** Memory for everything that is made of the body. */
  workBytes = 0;
  isExclusive = false;
  /** Called once if the client leaves while its request is in flight. */
  onLeave: (() => void) | undefined;
  readonly #admission: Admission;
  #state: 'arrived' | 'waiting' | 'working' | 'left' = 'arrived';
  #wake: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(admission: Admission, bodyBytes: number) {
    this.#admission = admission;
    this.bodyBytes = bodyBytes;
  }

  /** Reports the real size of the body. Until then, a body without a `content-length` counts as the largest possible. */
  received(bodyBytes: number): void {
    if (this.#state === 'left' || bodyBytes >= this.bodyBytes) return;
    this.#admission.shrinkBody(this.bodyBytes - bodyBytes);
    this.bodyBytes = bodyBytes;
  }

  /**
   * Resolves when this request may start; returns `undefined` if it may start at once.
   * @param workBytes - Memory for what is made of the body, held until the end.
   * @param isExclusive - Whether nothing else may be in flight until the end.
   * @throws ClientGone if the client leaves before.
   */
  turn(workBytes = 0, isExclusive = false): Promise<void> | undefined {
    if (this.#state === 'left') throw new ClientGone();
    this.workBytes = workBytes;
    this.isExclusive = isExclusive;
    if (this.#admission.start(this)) {
      this.#state = 'working';
      return undefined;
    }
    this.#state = 'waiting';
    return new Promise((resolve, reject) => {
      this.#wake = { resolve, reject };
    });
  }

  /** Called by the admission when this request may start. */
  begin(): void {
    this.#state = 'working';
    this.#wake?.resolve();
  }

  get left(): boolean {
    return this.#state === 'left';
  }

  /** Ends the visit; further calls do nothing. */
  leave(): void {
    if (this.#state === 'left') return;
    const state = this.#state;
    this.#state = 'left';
    this.#admission.end(this, state === 'working');
    if (state === 'waiting') this.#wake?.reject(new ClientGone());
    this.onLeave?.();
  }
}
