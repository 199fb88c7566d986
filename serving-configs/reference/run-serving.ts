import { fail } from '../options/program.ts';

/** A serving that listens. */
interface ListeningServing {
  /** Its URLs, printed as JSON. */
  readonly line: object;
  /** Resolves with the problem if it has ended by itself; never rejects. */
  readonly ended: Promise<Error>;
}

const run = async (start: (stopping: AbortSignal) => Promise<ListeningServing>): Promise<void> => {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The IPC channel closes when the parent ends.
  process.on('disconnect', stop);

  let running: ListeningServing;
  try {
    running = await start(stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    process.exit(0);
  }
  process.stdout.write(`${JSON.stringify({ event: 'listening', ...running.line })}\n`);
  const problem = await running.ended;
  if (!stopping.signal.aborted) throw problem;
  process.exit(0);
};

/**
 * Runs a serving until SIGTERM, SIGINT or the end of its parent process; prints one line of JSON when it listens.
 * @param start - Starts it; its signal stops it at any time.
 */
export const runServing = (start: (stopping: AbortSignal) => Promise<ListeningServing>): void => {
  run(start).catch((error: unknown) => fail(error));
};
