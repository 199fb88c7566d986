import type { LoadEvent, LoadResult } from '../model/load-result.ts';
import type { LoadJob } from './job.ts';

/** Runs a job. The signal aborts when its result is no longer wanted. */
type RunJob = (
  job: LoadJob,
  emit: (event: LoadEvent) => void,
  signal: AbortSignal,
) => Promise<LoadResult>;

const emit = (event: LoadEvent): void => {
  process.send?.(event);
};

/** Exits once the message is sent; an earlier exit would cut it off. */
const emitAndExit = (event: LoadEvent, exitCode: number): void => {
  process.send?.(event, () => process.exit(exitCode));
};

const exitCleanly = (): void => process.exit(0);

/**
 * Makes this process a load process. It receives `LoadJob`s over the IPC channel, one after another, and answers each with
 * `LoadEvent`s, the last of which is the result. Exit codes: 0, it was stopped or the channel closed; 2, a job could not be run.
 */
export const serveJobs = (runJob: RunJob): void => {
  if (process.channel === undefined) {
    process.stderr.write(
      'The load process takes its jobs from an IPC channel and was started without one. Use `npx serving-compare run`.\n',
    );
    process.exitCode = 2;
    return;
  }
  let stop = new AbortController();
  let running: Promise<unknown> | undefined;
  const run = async (job: LoadJob): Promise<void> => {
    stop = new AbortController();
    const { signal } = stop;
    try {
      const result = runJob(job, emit, signal);
      running = result;
      emit({ event: 'result', result: await result });
    } catch (error) {
      if (signal.aborted) return;
      emitAndExit(
        { event: 'error', message: error instanceof Error ? error.message : String(error) },
        2,
      );
    }
  };
  const stopNow = (): void => {
    stop.abort();
    void (running ?? Promise.resolve()).then(exitCleanly, exitCleanly);
  };
  process.on('disconnect', stopNow);
  process.on('SIGTERM', stopNow);
  process.on('SIGINT', stopNow);
  process.on('message', (message) => void run(message as LoadJob));
};
