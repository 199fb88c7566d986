import { join } from 'node:path';
import type { Measurement } from '../model/measurement.ts';
import { inferUrl, post, type Answered } from './middleware-requests.ts';

/** A target whose answers are checked. */
export interface CheckRequest extends Pick<Measurement, 'target' | 'engine' | 'timeoutMs'> {
  readonly middlewareUrl: string;
  readonly signal: AbortSignal;
}

/**
 * Sends files to a target, one after the other, and compares its answers.
 *
 * @param reasonOf says what is wrong; undefined if nothing is
 */
export const checkEach = async <Checked>(
  { target, engine, middlewareUrl, timeoutMs, signal }: CheckRequest,
  { folder, files }: { readonly folder: string; readonly files: readonly string[] },
  compare: (file: string, answered: Answered, index: number) => Checked | Promise<Checked>,
  reasonOf: (checked: readonly Checked[]) => string | undefined,
) => {
  const startedAt = new Date().toISOString();
  const url = inferUrl(middlewareUrl, target, engine);
  const checked: Checked[] = [];
  for (const [index, file] of files.entries()) {
    const answered = await post(url, join(folder, file), timeoutMs, signal);
    checked.push(await compare(file, answered, index));
  }
  const reason = reasonOf(checked);
  const state = reason === undefined ? 'passed' : 'failed';
  const facts = { kind: 'answer-check', target, engine, state, startedAt, reason } as const;
  return { checked, facts };
};
