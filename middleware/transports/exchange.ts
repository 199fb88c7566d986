import type { Dispatcher } from 'undici';
import { AnswerUnderWay } from './answer-under-way.ts';

/** A whole answer of a serving, of any status. */
export interface WholeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** Receives one answer straight from the dispatcher: no stream object, no signal; connecting counts in its time. */
export class Exchange extends AnswerUnderWay<WholeResponse> implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: WholeResponse['headers'] = {};

  /** Closes the connection if the request is on its way. */
  protected override giveUp(reason: Error): void {
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.isOver) controller.abort(new Error('given up before it was sent'));
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: WholeResponse['headers'],
  ): void {
    // Informational heads come before the real one.
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
