import { join } from 'node:path';
import type { LoadJob } from '../load/job.ts';
import type { Measurement } from '../model/measurement.ts';
import { ANSWER_FAULTS, type AnswerCheck, type AnswerFault } from '../model/record.ts';
import { firstAnswersMs, inferUrl, post, type Answered } from './middleware-requests.ts';

/** A target whose answers are checked. */
export interface CheckRequest extends Pick<Measurement, 'target' | 'engine' | 'timeoutMs'> {
  readonly middlewareUrl: string;
  readonly signal: AbortSignal;
}

/** What a target answers with. */
type AnsweringTarget = Pick<CheckRequest, 'target' | 'engine'>;

/** How the answers to inputs are compared with the correct ones. */
export interface AnswerComparison<Checked> {
  /** Folder of the inputs. */
  readonly folder: string;
  /** Names of the inputs, in the order in which they are sent. */
  readonly files: readonly string[];
  readonly compare: (file: string, answered: Answered, index: number) => Checked | Promise<Checked>;
  /** Undefined for a correct answer. */
  readonly faultOf: (checked: Checked) => AnswerFault | undefined;
  /** Says what is wrong, if anything is. */
  readonly reasonOf: (checked: readonly Checked[]) => string;
  /** What the record of the check tells about the answers. */
  readonly recordOf: (
    checked: readonly Checked[],
  ) => Pick<AnswerCheck, 'trained' | 'relativeTolerance' | 'images' | 'tensors'>;
}

/**
 * Sends inputs to a target, one after the other, and compares its answers. Until one gets no answer, each has
 * {@link firstAnswersMs}, then the timeout of the load.
 */
export const checkAnswers = async <Checked>(
  { target, engine, middlewareUrl, timeoutMs, signal }: CheckRequest,
  { folder, files, compare, faultOf, reasonOf, recordOf }: AnswerComparison<Checked>,
): Promise<AnswerCheck> => {
  const startedAt = new Date().toISOString();
  const url = inferUrl(middlewareUrl, target, engine);
  const checked: Checked[] = [];
  let fastestMs = Infinity;
  let limitMs = firstAnswersMs(timeoutMs);
  for (const [index, file] of files.entries()) {
    const answered = await post(url, join(folder, file), limitMs, signal);
    if (answered.ok) fastestMs = Math.min(fastestMs, answered.tookMs);
    else limitMs = timeoutMs;
    checked.push(await compare(file, answered, index));
  }
  const faults = new Set(checked.map(faultOf));
  const fault = ANSWER_FAULTS.find((known) => faults.has(known));
  return {
    kind: 'answer-check',
    target,
    engine,
    startedAt,
    fastestMs: fastestMs === Infinity ? undefined : fastestMs,
    ...(fault === undefined
      ? { state: 'passed' }
      : { state: 'failed', fault, reason: reasonOf(checked) }),
    ...recordOf(checked),
  };
};

/** The answers that the load generator expects. */
type Expected = LoadJob['expect'];

/** The correct answers of a model, and how others are compared with them. */
export interface CorrectBy<Checked> {
  readonly comparisonOf: (answering: AnsweringTarget) => AnswerComparison<Checked>;
  /**
   * Inputs whose answers are reported and do not fail the check, because the load usually contains no such inputs; undefined if there
   * are none.
   */
  readonly oddOf: (answering: AnsweringTarget) => AnswerComparison<Checked> | undefined;
  /**
   * The answers that the load generator must expect from a target.
   *
   * @param check the answer check of the target, if there was one
   */
  readonly expect: (answering: AnsweringTarget, check: AnswerCheck | undefined) => Expected;
  /** The answers that the load generator must expect from a serving that answers every input like this. */
  readonly expectSame: (answer: Buffer) => Expected;
}

/** Tells correct answers from wrong ones. */
export interface AnswerJudge extends Pick<CorrectBy<never>, 'expect' | 'expectSame'> {
  /** Sends every input to a target, one after the other, and compares the answers with the correct ones. */
  readonly check: (request: CheckRequest) => Promise<AnswerCheck>;
}

/** Creates the judge of a model's answers. */
export const createJudge = <Checked>({
  comparisonOf,
  oddOf,
  expect,
  expectSame,
}: CorrectBy<Checked>): AnswerJudge => ({
  check: async (request) => {
    const answerCheck = await checkAnswers(request, comparisonOf(request));
    const odd = oddOf(request);
    if (answerCheck.state === 'failed' || odd === undefined) return answerCheck;
    return { ...answerCheck, odd: (await checkAnswers(request, odd)).images };
  },
  expect,
  expectSame,
});

/**
 * Says how many inputs fared how, and which was the first: `2 of 8 images without an answer, first cat.jpg: fetch failed`.
 *
 * @param what the inputs, with their number: `8 images`
 */
export const faredText = <Checked extends { readonly file: string }>(
  what: string,
  kinds: readonly (readonly [how: string, checked: readonly Checked[]])[],
  textOf: (checked: Checked) => string | undefined,
): string =>
  kinds
    .flatMap(([how, [first, ...later]]) =>
      first === undefined
        ? []
        : `${later.length + 1} of ${what} ${how}, first ${first.file}: ${textOf(first)}`,
    )
    .join('; ');
