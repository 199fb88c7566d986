/** How much of an answer has arrived: nothing, or at least its headers. */
export type Stage = 'before-head' | 'in-body';

/** The serving did not finish its answer in time. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** The answer is larger than the limit. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

/** Limits for one answer. */
export interface AnswerLimits {
  /** From handing over the request to the last byte of the answer, connecting included. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

const nothing = Buffer.alloc(0);

/** Collects one answer in full, and fails if it takes too long or becomes too large. */
export abstract class PendingAnswer<Answer> {
  readonly result: Promise<Answer>;
  stage: Stage = 'before-head';

  #settle!: { resolve: (answer: Answer) => void; reject: (reason: unknown) => void };
  readonly #timer: NodeJS.Timeout;
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #receivedBytes = 0;
  #isOver = false;

  constructor({ timeoutMs, maxAnswerBytes }: AnswerLimits) {
    this.#maxBytes = maxAnswerBytes;
    this.result = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#timer = setTimeout(() => {
      this.abort(new DeadlineExceeded(`no whole answer within ${timeoutMs} ms`));
    }, timeoutMs);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Fails with `reason` and cancels the request. */
  abort(reason: Error): void {
    if (this.#isOver) return;
    this.fail(reason);
    this.cancel(reason);
  }

  /** Tells the serving that its answer is no longer needed. */
  protected abstract cancel(reason: Error): void;

  protected receive(chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#maxBytes) {
      this.abort(new AnswerTooLarge(`more than ${this.#maxBytes} bytes`));
      return;
    }
    this.#chunks.push(chunk);
  }

  /** Resolves to what `read` makes of the received bytes, or fails with what it throws. */
  protected finish(read: (bytes: Buffer) => Answer): void {
    if (this.#isOver) return;
    const chunks = this.#chunks;
    try {
      const answer = read(
        chunks.length > 1 ? Buffer.concat(chunks, this.#receivedBytes) : (chunks[0] ?? nothing),
      );
      this.#end();
      this.#settle.resolve(answer);
    } catch (error) {
      this.fail(error);
    }
  }

  protected fail(reason: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#settle.reject(reason);
  }

  #end(): void {
    this.#isOver = true;
    this.#chunks = [];
    clearTimeout(this.#timer);
  }
}
