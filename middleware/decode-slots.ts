/**
 * Lets one process decode as many images at once as it has threads for it, in order. Without the bound, the rest would wait
 * inside the thread pool, and their waiting would count as decoding.
 */
export class DecodeSlots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(slots: number) {
    this.#free = slots;
  }

  /** Resolves when it is this image's turn; `undefined` where that is at once. The slot must be given back. */
  take(): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free -= 1;
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/** Threads of Node's pool where UV_THREADPOOL_SIZE does not say otherwise. */
const DEFAULT_THREADS = 4;

/** The slots of this process: it has one thread pool. */
export const decodeSlots = new DecodeSlots(
  Number(process.env['UV_THREADPOOL_SIZE']) || DEFAULT_THREADS,
);
