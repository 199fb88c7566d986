import { createAnswerCheck } from '../../../k6/answer-check.ts';
import type { Connection } from './connection.ts';
import type { LoadJob } from './job.ts';
import { isNotUnderstood, OUTCOME } from './outcome.ts';
import { Tally } from './tally.ts';
import { createTensorCheck } from './tensor-check.ts';

/** Counts the outcomes of the embedded load generator after checking each answer. */
export class Recorder extends Tally {
  readonly #isCorrect: (body: Buffer, image: number) => boolean;

  /** @throws Error if the pointer of `expect` is not a JSON pointer, or an expected answer cannot be read */
  constructor(job: LoadJob) {
    super(job);
    const { expect } = job;
    if (typeof expect === 'object' && 'answers' in expect) {
      this.#isCorrect = createTensorCheck(expect);
      return;
    }
    const isCorrect = createAnswerCheck(expect);
    // Do not decode the body if only the status counts.
    this.#isCorrect = (body, image) =>
      expect === 'status' || isCorrect(body.toString('utf8'), image);
  }

  /** Counts the exchange that has just ended on a connection. Returns its outcome, with the check of the answer. */
  record(
    { user, image, plannedMs, sentMs, exchange }: Connection,
    exchangeOutcome: number,
    doneMs: number,
  ): number {
    const outcome = this.#outcomeOf(exchange, exchangeOutcome, image);
    const serverTiming = String(exchange.headers['server-timing'] ?? '');
    this.add(user, plannedMs, sentMs, doneMs, image, outcome, serverTiming);
    return outcome;
  }

  #outcomeOf(exchange: Connection['exchange'], exchangeOutcome: number, image: number): number {
    if (exchangeOutcome === OUTCOME.succeeded) {
      return this.#isCorrect(exchange.body, image) ? exchangeOutcome : OUTCOME.wrongAnswer;
    }
    return isNotUnderstood(exchangeOutcome, exchange.headers['infer-code'])
      ? OUTCOME.notUnderstood
      : exchangeOutcome;
  }
}
