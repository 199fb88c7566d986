import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ToolJob, ToolRun } from './tool-run.ts';

/** Runs autocannon and reads what it and its process tell. */
export const runAutocannon = async (job: ToolJob): Promise<ToolRun> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    join(import.meta.dirname, 'autocannon-run.ts'),
    job.url,
    job.image,
    String(job.connections),
    String(job.seconds),
  ]);
  const { requests, ratePerSecond, cpuMs, p50Ms, p99Ms } = JSON.parse(stdout) as Record<
    'requests' | 'ratePerSecond' | 'cpuMs' | 'p50Ms' | 'p99Ms',
    number
  >;
  return { ratePerSecond, cpuMsPerRequest: cpuMs / requests, p50Ms, p99Ms };
};
