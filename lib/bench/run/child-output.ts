import { text } from 'node:stream/consumers';
import { childFailure } from './child-failure.ts';
import { startChild } from './child.ts';

/**
 * Runs a script of this project to its end and gives what it printed.
 *
 * @param what that could not be done, where it ends badly
 * @throws BenchError where it ends with another exit code than 0; the signal's reason where it was aborted.
 */
export const childOutput = async (
  script: string,
  args: readonly string[],
  failure: { readonly code: `BENCH_${string}`; readonly what: string },
  signal: AbortSignal,
): Promise<string> => {
  signal.throwIfAborted();
  const child = startChild(script, args);
  const kill = (): void => void child.stop(0);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const { stdout } = child.process;
    const output = stdout === null ? '' : await text(stdout);
    const end = await child.ended;
    signal.throwIfAborted();
    if (end.exitCode !== 0) throw childFailure(failure.code, failure.what, child, end);
    return output;
  } finally {
    signal.removeEventListener('abort', kill);
  }
};
