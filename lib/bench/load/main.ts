// The load process: one LoadJob comes in over the IPC channel, LoadEvents go out, the last of them the result.
// Start it with an IPC channel: `node --import tsx lib/bench/load/main.ts`. Exit codes: 0 done or stopped, 2 could not run.
import { checkJob } from './check-job.ts';
import type { LoadEvent } from './result.ts';
import { runLoad } from './run-load.ts';

const emit = (event: LoadEvent): void => {
  process.send?.(event);
};

/** Leaves only when the message is on its way: an exit would cut it off. */
const emitAndExit = (event: LoadEvent, exitCode: number): void => {
  process.send?.(event, () => process.exit(exitCode));
};

const run = async (message: unknown): Promise<void> => {
  try {
    emitAndExit({ event: 'result', result: await runLoad(checkJob(message), emit) }, 0);
  } catch (error) {
    emitAndExit(
      { event: 'error', message: error instanceof Error ? error.message : String(error) },
      2,
    );
  }
};

// A load without anybody who listens would only disturb others, so there is nothing to finish.
const stopAtOnce = (): void => process.exit(0);

if (process.channel === undefined) {
  process.stderr.write(
    'The load process takes its job from an IPC channel and was started without one. Use `npm run bench`.\n',
  );
  process.exitCode = 2;
} else {
  process.on('disconnect', stopAtOnce);
  process.on('SIGTERM', stopAtOnce);
  process.on('SIGINT', stopAtOnce);
  process.once('message', (message) => void run(message));
}
