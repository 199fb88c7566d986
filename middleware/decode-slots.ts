/**
 * Limits the images that are decoded at once to the number of threads, first come, first served. Without the limit, images
 * would queue inside the thread pool, and their waiting would be measured as decoding.
 */
export class DecodeSlots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(slots: number) {
    this.#free = slots;
  }

  /** Resolves when a slot is free; returns `undefined` if one is free now. Call {@link give} afterwards. */
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

/** Size of Node's thread pool unless UV_THREADPOOL_SIZE is set. */
const DEFAULT_THREADS = 4;

/** The slots of this process, which has one thread pool. */
export const decodeSlots = new DecodeSlots(
  Number(process.env['UV_THREADPOOL_SIZE']) || DEFAULT_THREADS,
);
