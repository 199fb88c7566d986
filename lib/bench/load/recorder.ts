import { createAnswerCheck } from '../../../k6/answer-check.ts';
import type { Connection } from './connection.ts';
import type { LoadJob } from './job.ts';
import type { MeasuringWindow } from './measuring-window.ts';
import { OUTCOME } from './outcome.ts';
import { Tally } from './tally.ts';
import { createTensorCheck } from './tensor-check.ts';

/** Checks each answer of the embedded load generator before it is counted. */
export class Recorder extends Tally {
  readonly #isRight: (body: Buffer, image: number) => boolean;

  /** Throws where `expect` holds no JSON pointer, or a right answer cannot be read. */
  constructor(window: MeasuringWindow, expect: LoadJob['expect']) {
    super(window);
    if (typeof expect === 'object' && 'answers' in expect) {
      this.#isRight = createTensorCheck(expect);
      return;
    }
    const isRight = createAnswerCheck(expect);
    // Where only the status is asked for, no body is worth decoding.
    this.#isRight = (body, image) => expect === 'status' || isRight(body.toString('utf8'), image);
  }

  /** Counts the exchange that has just ended on a connection; returns the outcome after the check of the answer. */
  record(
    { image, plannedMs, sentMs, exchange }: Connection,
    ended: number,
    doneMs: number,
  ): number {
    const outcome =
      ended === OUTCOME.succeeded && !this.#isRight(exchange.body, image)
        ? OUTCOME.wrongAnswer
        : ended;
    const serverTiming = String(exchange.headers['server-timing'] ?? '');
    this.add(plannedMs, sentMs, doneMs, image, outcome, serverTiming);
    return outcome;
  }
}
