import { createInterface } from 'node:readline';
import { childFailure, startChild } from './child.ts';

/** How long an interrupted installer may take to undo its work; the next one completes that. */
const STOP_GRACE_MS = 10_000;

/** Lines that become the error. */
const REASON = /^(error|hint): /;

/**
 * Runs the installer of a runtime; if it is aborted, all its processes end.
 *
 * @param script of the installer
 * @param tell told each line of progress
 * @throws BenchError if it fails, with what the installer says; the signal's reason if it was aborted.
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
