import { createAnswerCheck } from './answer-check.ts';
import type { Connection, EndedExchange } from './connection.ts';
import type { LoadJob } from './job.ts';
import type { MeasuringWindow } from './measuring-window.ts';
import { counts } from './measuring-window.ts';
import { OUTCOME } from './outcome.ts';
import { PhaseRecorder } from './phases.ts';
import { RecentAnswers } from './recent-answers.ts';
import { Samples } from './samples.ts';

/** Checks each answer and keeps what the result is made from. */
export class Recorder {
  readonly samples = new Samples();
  readonly recent = new RecentAnswers();
  readonly phases = new PhaseRecorder();
  readonly answersByProcess: Record<string, number> = {};
  bytesSent = 0;
  bytesReceived = 0;
  readonly #window: MeasuringWindow;
  readonly #bodyBytes: readonly number[];
  readonly #isRight: (body: Buffer, image: number) => boolean;

  /** Throws where `expect` holds no JSON pointer. */
  constructor(window: MeasuringWindow, bodyBytes: readonly number[], expect: LoadJob['expect']) {
    this.#window = window;
    this.#bodyBytes = bodyBytes;
    this.#isRight = createAnswerCheck(expect);
  }

  /** Returns the outcome after the check of the answer. */
  record(ended: EndedExchange): number {
    const { image, plannedMs, sentMs, doneMs, exchange } = ended;
    const outcome =
      ended.outcome === OUTCOME.succeeded && !this.#isRight(exchange.body, image)
        ? OUTCOME.wrongAnswer
        : ended.outcome;
    this.samples.add(plannedMs, sentMs, doneMs, image, outcome);
    this.recent.add(outcome, doneMs - plannedMs);
    if (counts(this.#window, plannedMs, doneMs)) {
      this.bytesSent += this.#bodyBytes[image] ?? 0;
      this.bytesReceived += exchange.bytesReceived;
      if (outcome === OUTCOME.succeeded) {
        this.#recordHeaders(exchange.headers);
      }
    }
    return outcome;
  }

  /** A request in flight that nobody waits for any more. */
  recordUnfinished({ image, plannedMs, sentMs }: Connection): void {
    this.samples.add(plannedMs, sentMs, NaN, image, OUTCOME.unfinished);
  }

  /** A planned request that no connection was free for. */
  recordUnsent(plannedMs: number, image: number): void {
    this.samples.add(plannedMs, NaN, NaN, image, OUTCOME.unsent);
  }

  #recordHeaders(headers: EndedExchange['exchange']['headers']): void {
    const timing = headers['server-timing'];
    if (timing !== undefined) {
      this.phases.add(String(timing));
    }
    const process = headers['middleware-process'];
    if (process !== undefined) {
      // `1/2` is process 1 of 2.
      const name = String(process).split('/', 1)[0] ?? '';
      this.answersByProcess[name] = (this.answersByProcess[name] ?? 0) + 1;
    }
  }
}
