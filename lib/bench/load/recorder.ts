import { readFileSync } from 'node:fs';
import { compareTensors } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import {
  readTensors,
  UnreadableTensors,
  type NamedTensor,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { TensorExpectation, LoadJob } from './job.ts';
import { createAnswerCheck } from '../../../k6/answer-check.ts';
import type { Connection } from './connection.ts';
import { isNotUnderstood, OUTCOME, statusOfFailure } from './outcome.ts';
import { Tally } from './tally.ts';

const tensorsOf = (body: Buffer): readonly NamedTensor[] => readTensors(body, 'outputs').tensors;

/** Whether both hold the same bits. Most servers return them, and this is much cheaper than comparing values. */
const areSame = (expected: readonly NamedTensor[], answered: readonly NamedTensor[]): boolean =>
  expected.every(({ name, shape, bytes }) => {
    const output = answered.find((tensor) => tensor.name === name);
    return output?.shape.join() === shape.join() && Buffer.compare(output.bytes, bytes) === 0;
  });

/**
 * Creates a function that checks whether the body of a 200 holds the correct outputs for the image that was sent.
 *
 * @throws Error if a file with expected outputs cannot be read
 */
export const createTensorCheck = ({
  answers,
  checks,
}: TensorExpectation): ((body: Buffer, image: number) => boolean) => {
  const tensorsByFile = new Map<string, readonly NamedTensor[]>();
  for (const file of answers) {
    if (!tensorsByFile.has(file)) tensorsByFile.set(file, tensorsOf(readFileSync(file)));
  }
  const tensorsByImage = answers.map((file) => tensorsByFile.get(file) ?? []);
  return (body, image) => {
    const expected = tensorsByImage[image] ?? [];
    try {
      const answered = tensorsOf(body);
      return areSame(expected, answered) || compareTensors(expected, answered, checks).passed;
    } catch (error) {
      if (error instanceof UnreadableTensors) return false;
      throw error;
    }
  };
};

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
    // Without an answer, the headers may be those of the last one.
    if (exchangeOutcome < 100) return exchangeOutcome;
    return isNotUnderstood(exchangeOutcome, exchange.headers['infer-code'])
      ? OUTCOME.notUnderstood
      : statusOfFailure(exchangeOutcome, exchange.headers['infer-upstream-status']);
  }
}
