import type { Dispatcher } from 'undici';
import { PendingAnswer } from './pending-answer.ts';

/** A complete HTTP answer of a serving, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** One HTTP exchange. It receives the answer straight from undici's dispatcher, without a stream object or a signal. */
export class Exchange extends PendingAnswer<HttpResponse> implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: HttpResponse['headers'] = {};

  /** Closes the connection if the request has started. */
  protected override cancel(reason: Error): void {
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.isOver) controller.abort(new Error('cancelled before it was sent'));
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: HttpResponse['headers'],
  ): void {
    // Informational responses (1xx) come before the final one.
    if (status < 200) return;
    this.stage = 'in-body';
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.receive(chunk);
  }

  onResponseEnd(): void {
    this.finish((body) => ({ status: this.#status, headers: this.#headers, body }));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }
}
