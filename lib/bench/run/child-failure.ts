import { BenchError } from '../model/errors.ts';
import { describeEnd, type Child, type ChildEnd } from './child.ts';

/**
 * What a script of this project said on stderr before it ended badly: its own words where it gave a reason and a remedy.
 *
 * @param what that could not be done, for a script that gave no reason
 */
export const childFailure = (
  code: `BENCH_${string}`,
  what: string,
  child: Child,
  end: ChildEnd,
): BenchError => {
  const words = child.lastWords();
  // Over several lines, where it ends with the last words of a program.
  const message = /^error: ([^]*?)\s*(?:^hint: |$(?![^]))/m.exec(words)?.[1];
  const hint = /^hint: +(.*)$/m.exec(words)?.[1];
  return new BenchError(
    code,
    message ?? `${what}: ${describeEnd(child, end)}`,
    hint === undefined ? {} : { hint },
  );
};
