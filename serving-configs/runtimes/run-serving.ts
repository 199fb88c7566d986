import { fail } from '../options/program.ts';

/** How a serving ended. */
interface ServingEnd {
  /** What is wrong where the end was not asked for. */
  readonly problem: Error;
  /** What is said where it was; usually nothing. */
  readonly words: string;
}

/** A serving that answers. */
interface RunningServing {
  /** Its URLs, and what answers; printed as JSON. */
  readonly line: object;
  /** Resolves, never rejects, when none of its processes is left. */
  readonly ended: Promise<ServingEnd>;
}

/**
 * Starts a serving and resolves when it answers. It throws whatever it likes once it is stopped.
 * @param stopping - Stops it, whenever that comes.
 * @param orphaned - Says that the parent is gone, so that an end in order is not waited for.
 */
type StartServing = (stopping: AbortSignal, orphaned: AbortSignal) => Promise<RunningServing>;

/** Says that a serving did not come up, or ended by itself; the message has its last lines. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

const run = async (start: StartServing): Promise<void> => {
  const [stopping, orphaned] = [new AbortController(), new AbortController()];
  const stop = (): void => stopping.abort();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The channel ends with the parent.
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
  const { problem, words } = await running.ended;
  if (!stopping.signal.aborted) throw problem;
  if (words !== '') process.stderr.write(`${words}\n`);
  process.exit(0);
};

/**
 * Runs a serving until SIGTERM, SIGINT or the end of its parent; prints one line of JSON when it answers.
 * @param codeOf - The exit code for a problem that its user can fix, where that is not 2.
 */
export const runServing = (
  start: StartServing,
  codeOf: (error: unknown) => number = () => 2,
): void => {
  run(start).catch((error: unknown) => {
    if (!(error instanceof NotRunning)) return fail(error, codeOf(error));
    process.stderr.write(`error: ${error.message}\n`);
    return process.exit(1);
  });
};
