import { BenchError } from '../errors.ts';
import type { LoadJob } from '../load/job.ts';
import type { LoadEvent, LoadResult } from '../load/result.ts';
import { describeEnd, startChild } from './child.ts';
import { scripts } from './project-files.ts';

/** Beyond what the job itself takes, before a load process counts as stuck. */
const SLACK_MS = 30_000;

/**
 * Runs one job in the embedded engine, in a load process of its own.
 *
 * @throws BenchError where the process ends without a result or never ends; the signal's reason where it was aborted.
 */
export const runLoadProcess = async (
  job: LoadJob,
  onEvent: (event: LoadEvent) => void,
  signal: AbortSignal,
): Promise<LoadResult> => {
  signal.throwIfAborted();
  const child = startChild(scripts.load, []);
  const limitMs = (job.warmupSeconds + job.durationSeconds) * 1000 + job.timeoutMs + SLACK_MS;
  const limit = AbortSignal.timeout(limitMs);
  const either = AbortSignal.any([signal, limit]);
  const kill = (): void => void child.stop(0);
  either.addEventListener('abort', kill, { once: true });
  try {
    let result: LoadResult | undefined;
    let message: string | undefined;
    child.process.on('message', (event: LoadEvent) => {
      if (event.event === 'result') result = event.result;
      else if (event.event === 'error') message = event.message;
      else onEvent(event);
    });
    child.process.send(job);
    const end = await child.ended;
    if (result !== undefined) return result;
    signal.throwIfAborted();
    throw new BenchError(
      'BENCH_LOAD_FAILED',
      limit.aborted
        ? `the load process gave no result after ${Math.round(limitMs / 1000)} s and was killed`
        : (message ?? `the load process ended without a result: ${describeEnd(child, end)}`),
    );
  } finally {
    either.removeEventListener('abort', kill);
  }
};
