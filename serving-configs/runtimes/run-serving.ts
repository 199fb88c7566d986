import { fail } from '../options/program.ts';

/** How a serving ended. */
interface ServingEnd {
  /** The error if the end was unexpected. */
  readonly problem: Error;
  /** Output to print if the end was requested; usually empty. */
  readonly output: string;
}

/** A serving that answers. */
interface RunningServing {
  /** Its URLs and a description of the software, printed as JSON. */
  readonly line: object;
  /** Resolves when all of its processes have ended; never rejects. */
  readonly ended: Promise<ServingEnd>;
}

/**
 * Starts a serving and resolves when it answers. After `stopping` is aborted, it may reject with any error.
 * @param stopping - Stops the serving at any time.
 * @param orphaned - Aborted if the parent process is gone; then nobody waits for a clean stop.
 */
type StartServing = (stopping: AbortSignal, orphaned: AbortSignal) => Promise<RunningServing>;

/** A serving did not start or ended unexpectedly; the message has its last lines. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

const run = async (start: StartServing): Promise<void> => {
  const [stopping, orphaned] = [new AbortController(), new AbortController()];
  const stop = (): void => stopping.abort();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The IPC channel closes when the parent ends.
  process.on('disconnect', () => {
    stop();
    orphaned.abort();
  });

  let running: RunningServing;
  try {
    running = await start(stopping.signal, orphaned.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    process.exit(0);
  }
  process.stdout.write(`${JSON.stringify({ event: 'listening', ...running.line })}\n`);
  const { problem, output } = await running.ended;
  if (!stopping.signal.aborted) throw problem;
  if (output !== '') process.stderr.write(`${output}\n`);
  process.exit(0);
};

/**
 * Runs a serving until SIGTERM, SIGINT or the end of its parent process; prints one line of JSON when it answers.
 * @param exitCodeOf - Returns the exit code for an error other than {@link NotRunning}; 2 by default.
 */
export const runServing = (
  start: StartServing,
  exitCodeOf: (error: unknown) => number = () => 2,
): void => {
  run(start).catch((error: unknown) => {
    if (!(error instanceof NotRunning)) return fail(error, exitCodeOf(error));
    process.stderr.write(`error: ${error.message}\n`);
    return process.exit(1);
  });
};
