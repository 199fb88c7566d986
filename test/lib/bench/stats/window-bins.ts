import type { SecondBin } from '../../../../lib/bench/model/load-result.ts';

/** The seconds of a window with so many answers each. */
export const binsOf = (
  answers: readonly number[],
  latencyMs: (second: number) => number = () => 20,
): SecondBin[] =>
  answers.map((succeeded, second) => ({
    second,
    succeeded,
    failed: 0,
    p50Ms: latencyMs(second),
  }));

/** The same number of answers in each of so many seconds. */
export const constant = (seconds: number, answers: number): number[] =>
  Array<number>(seconds).fill(answers);
