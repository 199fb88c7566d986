import { ClientGone, Overloaded } from './errors.ts';

export interface AdmissionLimits {
  readonly maxInFlight: number;
  readonly maxQueue: number;
  /** See {@link Admission}. */
  readonly maxBytesInFlight: number;
}

/**
 * Bounds what one process takes on: so many requests at work, so many waiting, and not one more. A request counts
 * from its head on, so that the bodies which are being received are bounded too.
 *
 * Bytes are bounded beside the counts, since one request may weigh a thousand times another. The bodies of all that
 * are inside may fill the budget, and one more is refused. A request starts when the work on it fits as well; one that
 * would never fit starts when nothing else is at work. Turns come in order, so that no heavy one waits for ever.
 *
 * A request that works alone starts when nothing is at work, and nothing starts before it ends: so a client that blocks
 * its process would have it.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #waiting = new Set<Visit>();
  #inside = 0;
  #inFlight = 0;
  #bodyBytes = 0;
  #workBytes = 0;
  #isBlocked = false;

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
   * Lets a request in; it must {@link Visit.leave} when its answer is sent or its client gone.
   * @param bodyBytes the most that its body may have.
   * @throws Overloaded where all places or the memory for bodies are taken.
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

  /** For a visit: its body turned out to have so many bytes fewer than it might have had. */
  shrinkBody(fewerBytes: number): void {
    this.#bodyBytes -= fewerBytes;
  }

  /** For a visit. True: it goes on; false: it waits for {@link Visit.begin}. */
  start(visit: Visit): boolean {
    if (this.#waiting.size > 0 || !this.#fits(visit)) {
      this.#waiting.add(visit);
      return false;
    }
    this.#take(visit);
    return true;
  }

  /** For a visit, of which the work may have started. */
  end(visit: Visit, started: boolean): void {
    this.#inside -= 1;
    this.#bodyBytes -= visit.bodyBytes;
    this.#waiting.delete(visit);
    if (started) {
      this.#inFlight -= 1;
      this.#isBlocked = false;
      this.#workBytes -= visit.workBytes;
    }
    for (const next of this.#waiting) {
      if (!this.#fits(next)) return;
      this.#waiting.delete(next);
      this.#take(next);
      next.begin();
    }
  }

  #fits({ workBytes, isAlone }: Visit): boolean {
    if (this.#inFlight >= this.#limits.maxInFlight) return false;
    if (this.#isBlocked || (isAlone && this.#inFlight > 0)) return false;
    const bytes = this.#bodyBytes + this.#workBytes + workBytes;
    return bytes <= this.#limits.maxBytesInFlight || this.#inFlight === 0;
  }

  #take({ workBytes, isAlone }: Visit): void {
    this.#inFlight += 1;
    this.#isBlocked = isAlone;
    this.#workBytes += workBytes;
  }
}

/** One request's stay, from its head to the end of its answer. */
export class Visit {
  readonly arrivedAtMs = performance.now();
  bodyBytes: number;
  /** What is made of the body. */
  workBytes = 0;
  isAlone = false;
  /** Called once if the visit ends while the work goes on: then the client went away. */
  onLeave: (() => void) | undefined;
  readonly #admission: Admission;
  #state: 'arrived' | 'waiting' | 'working' | 'left' = 'arrived';
  #wake: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(admission: Admission, bodyBytes: number) {
    this.#admission = admission;
    this.bodyBytes = bodyBytes;
  }

  /** Says how long the body is, once it is there: one that did not announce its length counted as the longest. */
  received(bodyBytes: number): void {
    if (this.#state === 'left' || bodyBytes >= this.bodyBytes) return;
    this.#admission.shrinkBody(this.bodyBytes - bodyBytes);
    this.bodyBytes = bodyBytes;
  }

  /**
   * Resolves when it is this request's turn; `undefined` where it may go on at once.
   * @param workBytes what will be made of the body, and kept until the end.
   * @param isAlone whether nothing else may be at work until the end.
   * @throws ClientGone where the client left before that.
   */
  turn(workBytes = 0, isAlone = false): Promise<void> | undefined {
    if (this.#state === 'left') throw new ClientGone();
    this.workBytes = workBytes;
    this.isAlone = isAlone;
    if (this.#admission.start(this)) {
      this.#state = 'working';
      return undefined;
    }
    this.#state = 'waiting';
    return new Promise((resolve, reject) => {
      this.#wake = { resolve, reject };
    });
  }

  /** Called when a place became free. */
  begin(): void {
    this.#state = 'working';
    this.#wake?.resolve();
  }

  get left(): boolean {
    return this.#state === 'left';
  }

  /** Gives the place back; a second call does nothing. */
  leave(): void {
    if (this.#state === 'left') return;
    const state = this.#state;
    this.#state = 'left';
    this.#admission.end(this, state === 'working');
    if (state === 'waiting') this.#wake?.reject(new ClientGone());
    this.onLeave?.();
  }
}
