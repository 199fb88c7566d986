/** How far an answer came before it failed: nothing of it had arrived, or its head had. */
export type Stage = 'before-head' | 'in-body';

/** The serving did not finish within the time given to it. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** The answer is larger than any that is taken. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

/** What one answer may take. */
export interface AnswerLimits {
  /** From the moment the request is handed over to the last byte of the answer, connecting included. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

const nothing = Buffer.alloc(0);

/** Receives one answer as a whole, within its time and its size, or fails; one timer from the request to the last byte. */
export abstract class AnswerUnderWay<Answer> {
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

  /** Ends it from this side. */
  abort(reason: Error): void {
    if (this.#isOver) return;
    this.fail(reason);
    this.giveUp(reason);
  }

  /** Lets the serving know that nobody waits for it any more. */
  protected abstract giveUp(reason: Error): void;

  protected receive(chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#maxBytes) {
      this.abort(new AnswerTooLarge(`more than ${this.#maxBytes} bytes`));
      return;
    }
    this.#chunks.push(chunk);
  }

  /** Gives what is made of the bytes that came, or fails with what that throws. */
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
