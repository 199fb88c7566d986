import { BenchError } from '../errors.ts';
import type { LoadJob } from '../load/job.ts';
import type { LoadEvent, LoadResult } from '../load/result.ts';
import { findK6 } from './k6-program.ts';

/** Runs one job in k6. */
export const runK6 = async (
  _job: LoadJob,
  _onEvent: (event: LoadEvent) => void,
  signal: AbortSignal,
): Promise<LoadResult> => {
  signal.throwIfAborted();
  const { command, version } = await findK6();
  throw new BenchError('BENCH_LOAD_FAILED', `k6 ${version} (${command}) cannot be driven yet`);
};
