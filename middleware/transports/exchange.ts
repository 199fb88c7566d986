import type { Dispatcher } from 'undici';

/** A whole answer of a serving, of any status. */
export interface WholeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** How far an exchange came before it failed: nothing of the answer had arrived, or its head had. */
export type Stage = 'before-head' | 'in-body';

/** The serving did not finish within the time given to it. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** The answer is larger than any that is taken. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const nothing = new Uint8Array(0);

/**
 * Receives one answer straight from the dispatcher: no stream object, no signal, one timer for everything from the
 * wait for a connection to the last byte.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly result: Promise<WholeResponse>;
  #stage: Stage = 'before-head';
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: WholeResponse['headers'] = {};
  #chunks: Buffer[] = [];
  #receivedBytes = 0;
  #settle: { resolve: (response: WholeResponse) => void; reject: (error: Error) => void };
  readonly #timer: NodeJS.Timeout;
  #isOver = false;

  constructor(timeoutMs: number) {
    const { promise, resolve, reject } = withResolvers<WholeResponse>();
    this.result = promise;
    this.#settle = { resolve, reject };
    this.#timer = setTimeout(() => {
      this.abort(new DeadlineExceeded(`no whole answer within ${timeoutMs} ms`));
    }, timeoutMs);
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** Ends the exchange from this side; closes the connection if the request is on its way. */
  abort(reason: Error): void {
    if (this.#isOver) return;
    this.#fail(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('given up before it was sent'));
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: WholeResponse['headers'],
  ): void {
    // Informational heads come before the real one.
    if (status < 200) return;
    this.#stage = 'in-body';
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > MAX_ANSWER_BYTES) {
      this.abort(new AnswerTooLarge(`more than ${MAX_ANSWER_BYTES} bytes`));
      return;
    }
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    const chunks = this.#chunks;
    const body = chunks.length > 1 ? Buffer.concat(chunks, this.#receivedBytes) : chunks[0];
    this.#settle.resolve({ status: this.#status, headers: this.#headers, body: body ?? nothing });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#chunks = [];
    this.#settle.reject(error);
  }
}

const withResolvers = <T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
} => {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
};
