import type { LoadJob } from '../load/job.ts';
import type { LoadEngine } from '../load/load-engine.ts';
import type { LoadEvent, LoadResult } from '../load/result.ts';
import { runK6 } from './k6-process.ts';
import { runLoadProcess } from './load-process.ts';

/**
 * Runs one job in the engine that the plan names, in a process of its own. Whichever it is, it tells the same events and
 * gives the same kind of result.
 *
 * @throws BenchError where the engine gives no result; the signal's reason where it was aborted.
 */
export const runLoad = (
  job: LoadJob,
  onEvent: (event: LoadEvent) => void,
  signal: AbortSignal,
  engine: LoadEngine,
): Promise<LoadResult> =>
  engine === 'k6' ? runK6(job, onEvent, signal) : runLoadProcess(job, onEvent, signal);
