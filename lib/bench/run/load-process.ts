import { withTimeLimit } from '../../../serving-configs/time-limit.ts';
import { BenchError } from '../model/errors.ts';
import type { LoadJob } from '../load/job.ts';
import type { LoadGenerator } from '../model/plan-options.ts';
import type { LoadEvent, LoadResult } from '../model/load-result.ts';
import { describeEnd, startChild, type Child } from './child-process.ts';
import { scripts } from './project-files.ts';

/** A load process counts as stuck if its job takes this much longer than planned. */
const SLACK_MS = 30_000;

/** Time that a load process has to stop. For k6 it must stop k6 and remove its files. */
const STOP_GRACE_MS: Readonly<Record<LoadGenerator, number>> = { embedded: 0, k6: 2000 };

/**
 * Runs one job and returns its result.
 *
 * @throws BenchError if the load process ends without a result or never ends; the signal's reason if it was aborted.
 */
export type RunLoad = (
  job: LoadJob,
  onEvent: (event: LoadEvent) => void,
  signal: AbortSignal,
) => Promise<LoadResult>;

/** A process that runs one load job after the other. It is started on demand. */
export interface LoadProcess {
  readonly run: RunLoad;
  readonly stop: () => Promise<void>;
}

/** Resolves with the result of a job, or with its error; `message` is undefined if the process ended without one. */
const resultOf = (child: Child, onEvent: (event: LoadEvent) => void, job: LoadJob) =>
  new Promise<LoadResult | { readonly message: string | undefined }>((resolve) => {
    const onMessage = (event: LoadEvent): void => {
      if (event.event !== 'result' && event.event !== 'error') return onEvent(event);
      child.process.off('message', onMessage);
      return resolve(event.event === 'result' ? event.result : { message: event.message });
    };
    child.process.on('message', onMessage);
    void child.ended.then(() => resolve({ message: undefined }));
    child.process.send(job);
  });

/** Creates a load process. Both load generators give the same events and results. */
export const createLoadProcess = (generator: LoadGenerator): LoadProcess => {
  let idle: Child | undefined;
  return {
    run: async (job, onEvent, signal) => {
      signal.throwIfAborted();
      const child = idle ?? startChild(generator === 'k6' ? scripts.loadK6 : scripts.load, []);
      idle = undefined;
      const limitMs = (job.warmupSeconds + job.durationSeconds) * 1000 + job.timeoutMs + SLACK_MS;
      return withTimeLimit(limitMs, signal, async (limited) => {
        const kill = (): void => void child.stop(STOP_GRACE_MS[generator]);
        limited.addEventListener('abort', kill, { once: true });
        const result = await resultOf(child, onEvent, job);
        if (!('message' in result)) {
          idle = child;
          return result;
        }
        const end = await child.ended;
        signal.throwIfAborted();
        throw new BenchError(
          'BENCH_LOAD_FAILED',
          limited.aborted
            ? `the load process gave no result after ${Math.round(limitMs / 1000)} s and was killed`
            : (result.message ??
                `the load process ended without a result: ${describeEnd(child, end)}`),
        );
      });
    },
    stop: async () => {
      await idle?.stop();
      idle = undefined;
    },
  };
};
