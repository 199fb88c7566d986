import { ClientGone, Overloaded } from './errors.ts';

interface AdmissionLimits {
  readonly maxInFlight: number;
  readonly maxQueue: number;
  /** See {@link Admission}. */
  readonly maxBytesInFlight: number;
}

/** Memory that each received piece of a body takes besides its bytes. Measured in Node 20 with pieces of one byte. */
const BYTES_PER_PIECE = 200;

/** A body is slow if less than {@link MIN_PROGRESS_BYTES} of it arrive in this time. */
const MAX_PROGRESS_MS = 10_000;
const MIN_PROGRESS_BYTES = 2 ** 20;

/**
 * Limits how many requests one process works on, how many wait, and how much memory they take.
 *
 * Bodies count as they arrive. What is announced but does not arrive takes neither memory nor a place in the queue, so slow clients
 * do not hinder others. If memory is short, slow bodies are dropped.
 *
 * Memory has a limit of its own because one request may need a thousand times as much as another. A body is refused
 * if it does not fit beside what the others hold. A request starts when the memory for its work is free as well;
 * if it can never fit, it starts when nothing else is in flight. Requests start in order, so a large one cannot starve.
 *
 * An exclusive request starts when nothing else is in flight, and nothing starts until it ends. This imitates a client
 * that blocks its process.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  /** Visits with a part of their body. */
  readonly #arriving = new Set<Visit>();
  readonly #waiting = new Set<Visit>();
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
   * Admits a request before its body arrives. The caller must call {@link Visit.leave} when the answer is sent or the client is gone.
   * @param announcedBytes - The size of its body, as far as it is known.
   * @throws Overloaded if it cannot be handled now in any case.
   */
  enter(announcedBytes = 0): Visit {
    this.#assertPlace();
    if (!this.#makeRoom(announcedBytes)) throw this.#noRoom();
    return new Visit(this);
  }

  /** Called by a visit for each piece of its body. Returns the error if there is no memory for it. */
  receive(visit: Visit, bytes: number): Error | undefined {
    if (!this.#makeRoom(bytes, visit)) return this.#noRoom();
    this.#arriving.add(visit);
    this.#bodyBytes += bytes;
    return undefined;
  }

  /** Called by a visit whose body has arrived. */
  received(visit: Visit, fewerBytes: number): void {
    this.#arriving.delete(visit);
    this.#bodyBytes -= fewerBytes;
  }

  /**
   * Called by a visit whose body has arrived. Returns whether it may start now; if not, {@link Visit.begin} is called later.
   * @throws Overloaded if the queue is full.
   */
  start(visit: Visit): boolean {
    if (this.#waiting.size > 0 || !this.#fits(visit)) {
      this.#assertPlace();
      this.#waiting.add(visit);
      return false;
    }
    this.#take(visit);
    return true;
  }

  /** Called by a visit that ends. `started` says whether its work had begun. */
  end(visit: Visit, started: boolean): void {
    this.#arriving.delete(visit);
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

  #assertPlace(): void {
    const { maxInFlight, maxQueue } = this.#limits;
    if (this.#inFlight + this.#waiting.size < maxInFlight + maxQueue) return;
    throw new Overloaded(`is handling ${maxInFlight} requests and has ${maxQueue} more waiting`);
  }

  #noRoom(): Error {
    return new Overloaded(
      `holds all the bodies that fit into ${this.#limits.maxBytesInFlight} bytes`,
    );
  }

  /** Whether more bytes of a body fit, if need be without slow bodies. If nothing else holds memory, any body fits. */
  #makeRoom(bytes: number, visit?: Visit): boolean {
    const isFree = (): boolean =>
      this.#bodyBytes + bytes <= this.#limits.maxBytesInFlight ||
      this.#bodyBytes === (visit?.bodyBytes ?? 0);
    if (isFree()) return true;
    for (const other of this.#arriving) {
      if (other === visit || !other.isSlow()) continue;
      other.drop();
      if (isFree()) return true;
    }
    return false;
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
  /** Memory for the part of the body that has arrived. */
  bodyBytes = 0;
  /** Memory for everything that is made of the body. */
  workBytes = 0;
  isExclusive = false;
  /** Called once if the body is dropped because it is slow. */
  onSlow: ((error: Error) => void) | undefined;
  /** Called once if the client leaves while its request is in flight. */
  onLeave: (() => void) | undefined;
  readonly #admission: Admission;
  #state: 'arrived' | 'waiting' | 'working' | 'left' = 'arrived';
  #wake: { resolve: () => void; reject: (error: Error) => void } | undefined;
  /** When the body last made progress, and how much memory it takes when it makes progress again. */
  #progressAtMs = this.arrivedAtMs;
  #progressBytes = MIN_PROGRESS_BYTES;

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  /** Counts a piece of the body that has arrived. Returns the error if there is no memory for it. */
  receive(pieceBytes: number): Error | undefined {
    if (this.#state === 'left') return new ClientGone();
    const bytes = pieceBytes + BYTES_PER_PIECE;
    const problem = this.#admission.receive(this, bytes);
    if (problem !== undefined) return problem;
    this.bodyBytes += bytes;
    if (this.bodyBytes >= this.#progressBytes) {
      this.#progressAtMs = performance.now();
      this.#progressBytes = this.bodyBytes + MIN_PROGRESS_BYTES;
    }
    return undefined;
  }

  /** Reports that the whole body has arrived, and its real size. */
  received(bodyBytes: number): void {
    if (this.#state === 'left') return;
    this.onSlow = undefined;
    this.#admission.received(this, this.bodyBytes - bodyBytes);
    this.bodyBytes = bodyBytes;
  }

  /** Whether the body arrives so slowly that it must make room for others. */
  isSlow(): boolean {
    return performance.now() - this.#progressAtMs > MAX_PROGRESS_MS;
  }

  /** Called by the admission when others need the memory of this slow body. */
  drop(): void {
    this.onSlow?.(
      new Overloaded(
        `needs the memory of this body for others, because less than ${MIN_PROGRESS_BYTES} bytes of it arrived in ${MAX_PROGRESS_MS / 1000} s`,
      ),
    );
    this.leave();
  }

  /**
   * Resolves when this request may start; returns `undefined` if it may start at once.
   * @param workBytes - Memory for what is made of the body, held until the end.
   * @param isExclusive - Whether nothing else may be in flight until the end.
   * @throws ClientGone if the client leaves before, Overloaded if the queue is full.
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
