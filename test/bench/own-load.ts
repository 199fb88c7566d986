import type { LoadJob } from '../../lib/bench/load/job.ts';
import type { LoadResult } from '../../lib/bench/model/load-result.ts';
import type { LoadGenerator } from '../../lib/bench/model/plan-options.ts';
import { createLoadProcess } from '../../lib/bench/run/load-process.ts';

/**
 * Runs a job in a load generator of the project, in its own process as in a real run.
 *
 * @throws Error where a request failed: a rate of failures says nothing
 */
export const runOwnLoad = async (
  generator: LoadGenerator,
  job: Pick<LoadJob, 'url' | 'images' | 'level' | 'durationSeconds'> & Partial<LoadJob>,
): Promise<LoadResult> => {
  const load = createLoadProcess(generator);
  const result = await load.run(
    { seed: 1, warmupSeconds: 1, timeoutMs: 10_000, ...job },
    () => undefined,
    new AbortController().signal,
  );
  await load.stop();
  if (result.failed > 0) throw new Error(`${result.failed} of our requests failed`);
  return result;
};
