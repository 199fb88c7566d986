import { join } from 'node:path';
import type { Measurement } from '../model/measurement.ts';
import { ANSWER_FAULTS, type AnswerFault } from '../model/record.ts';
import { inferUrl, post, type Answered } from './middleware-requests.ts';

/** A target whose answers are checked. */
export interface CheckRequest extends Pick<Measurement, 'target' | 'engine' | 'timeoutMs'> {
  readonly middlewareUrl: string;
  readonly signal: AbortSignal;
}

/**
 * Sends files to a target, one after the other, and compares its answers.
 *
 * @param faultOf undefined for a correct answer
 * @param reasonOf says what is wrong, if anything is
 */
export const checkEach = async <Checked>(
  { target, engine, middlewareUrl, timeoutMs, signal }: CheckRequest,
  { folder, files }: { readonly folder: string; readonly files: readonly string[] },
  compare: (file: string, answered: Answered, index: number) => Checked | Promise<Checked>,
  faultOf: (checked: Checked) => AnswerFault | undefined,
  reasonOf: (checked: readonly Checked[]) => string,
) => {
  const startedAt = new Date().toISOString();
  const url = inferUrl(middlewareUrl, target, engine);
  const checked: Checked[] = [];
  let fastestMs = Infinity;
  for (const [index, file] of files.entries()) {
    const answered = await post(url, join(folder, file), timeoutMs, signal);
    if (answered.ok) fastestMs = Math.min(fastestMs, answered.tookMs);
    checked.push(await compare(file, answered, index));
  }
  const faults = new Set(checked.map(faultOf));
  const fault = ANSWER_FAULTS.find((known) => faults.has(known));
  const about = {
    kind: 'answer-check',
    target,
    engine,
    startedAt,
    fastestMs: fastestMs === Infinity ? undefined : fastestMs,
  } as const;
  const facts =
    fault === undefined
      ? ({ ...about, state: 'passed' } as const)
      : ({ ...about, state: 'failed', fault, reason: reasonOf(checked) } as const);
  return { checked, facts };
};

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
