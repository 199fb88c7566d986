import { checkJob } from './check-job.ts';
import type { LoadJob } from './job.ts';
import type { LoadEvent, LoadResult } from '../model/load-result.ts';

/** Runs a job; the signal is aborted where nobody wants the result any more. */
export type RunJob = (
  job: LoadJob,
  emit: (event: LoadEvent) => void,
  signal: AbortSignal,
) => Promise<LoadResult>;

const emit = (event: LoadEvent): void => {
  process.send?.(event);
};

/** Leaves only when the message is on its way: an exit would cut it off. */
const emitAndExit = (event: LoadEvent, exitCode: number): void => {
  process.send?.(event, () => process.exit(exitCode));
};

const leave = (): void => process.exit(0);

/**
 * Makes this process a load process: one LoadJob comes in over the IPC channel, LoadEvents go out, the last of them the
 * result. Exit codes: 0 done or stopped, 2 could not run.
 */
export const serveJob = (runJob: RunJob): void => {
  if (process.channel === undefined) {
    process.stderr.write(
      'The load process takes its job from an IPC channel and was started without one. Use `npx serving-compare run`.\n',
    );
    process.exitCode = 2;
    return;
  }
  const stop = new AbortController();
  let running: Promise<LoadResult> | undefined;
  const run = async (message: unknown): Promise<void> => {
    try {
      running = runJob(checkJob(message), emit, stop.signal);
      emitAndExit({ event: 'result', result: await running }, 0);
    } catch (error) {
      if (stop.signal.aborted) return;
      emitAndExit(
        { event: 'error', message: error instanceof Error ? error.message : String(error) },
        2,
      );
    }
  };
  const stopNow = (): void => {
    stop.abort();
    void (running ?? Promise.resolve()).then(leave, leave);
  };
  process.on('disconnect', stopNow);
  process.on('SIGTERM', stopNow);
  process.on('SIGINT', stopNow);
  process.once('message', (message) => void run(message));
};
