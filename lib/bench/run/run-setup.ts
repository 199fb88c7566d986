import { createInterface } from 'node:readline';
import { childFailure, startChild } from './child.ts';

/** An installer that is asked to stop has something to take back; what it does not in time, the next one does. */
const STOP_GRACE_MS = 10_000;

/** The words that become the error. */
const REASON = /^(error|hint): /;

/**
 * Runs the installer of a runtime. Where it is aborted, nothing that it started goes on.
 *
 * @param script of the installer
 * @param tell told each line of progress
 * @throws BenchError where it fails, with what the installer says; the signal's reason where it was aborted.
 */
export const runSetup = async (
  script: string,
  args: readonly string[],
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  signal.throwIfAborted();
  const child = startChild(script, args);
  const { stdout, stderr } = child.process;
  stdout?.resume();
  if (stderr !== null) {
    createInterface({ input: stderr }).on('line', (line) => {
      if (!REASON.test(line)) tell(line);
    });
  }
  const stop = (): void => void child.stop(STOP_GRACE_MS);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const end = await child.ended;
    signal.throwIfAborted();
    if (end.exitCode !== 0) {
      throw childFailure('BENCH_SETUP', 'the real servers could not be installed', child, end);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    child.killLeft();
  }
};
