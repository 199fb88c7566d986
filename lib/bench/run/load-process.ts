import { BenchError } from '../model/errors.ts';
import type { LoadJob } from '../load/job.ts';
import type { LoadGenerator } from '../model/plan-options.ts';
import type { LoadEvent, LoadResult } from '../model/load-result.ts';
import { describeEnd, startChild } from './child.ts';
import { scripts } from './project-files.ts';

/** Beyond what the job itself takes, before a load process counts as stuck. */
const SLACK_MS = 30_000;

/** For what a load process has to do before it goes: the one of k6 ends k6 and takes its files away. */
const STOP_GRACE_MS: Readonly<Record<LoadGenerator, number>> = { embedded: 0, k6: 2000 };

/**
 * Runs one job in a load process of its own, with the engine that the plan names. Whichever it is, it tells the same events
 * and gives the same kind of result.
 *
 * @throws BenchError where the process ends without a result or never ends; the signal's reason where it was aborted.
 */
export const runLoad = async (
  job: LoadJob,
  onEvent: (event: LoadEvent) => void,
  signal: AbortSignal,
  engine: LoadGenerator,
): Promise<LoadResult> => {
  signal.throwIfAborted();
  const child = startChild(engine === 'k6' ? scripts.loadK6 : scripts.load, []);
  const limitMs = (job.warmupSeconds + job.durationSeconds) * 1000 + job.timeoutMs + SLACK_MS;
  const limit = AbortSignal.timeout(limitMs);
  const either = AbortSignal.any([signal, limit]);
  const kill = (): void => void child.stop(STOP_GRACE_MS[engine]);
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
