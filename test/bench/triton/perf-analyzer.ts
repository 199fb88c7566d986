import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import { environmentAt } from '../../../serving-configs/runtimes/venv/environments.ts';

/** What one tool found at one concurrency. */
export interface Finding {
  readonly ratePerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface PerfAnalyzerJob {
  /** Host and port. */
  readonly address: string;
  readonly protocol: Protocol;
  readonly model: string;
  readonly concurrency: number;
  /** Length of one of its windows; it takes three that agree. */
  readonly windowSeconds: number;
}

const ROOT = join(import.meta.dirname, '../../..');
const LIMIT_MS = 120_000;
const MICROSECONDS_PER_MS = 1000;

/** Column of perf_analyzer's table by its heading, in the one row that a single concurrency gives. */
const column = (table: string, heading: string): number => {
  const [head = '', row = ''] = table.trim().split('\n');
  return Number(row.split(',')[head.split(',').indexOf(heading)]);
};

/**
 * Runs NVIDIA's perf_analyzer of the package tritonclient, from the environment that `npx serving-compare setup` installs.
 *
 * Its stability bound is as wide as on a shared machine it must be: at 20 % it often settles on nothing, and then has no figures.
 */
export const runPerfAnalyzer = async (job: PerfAnalyzerJob): Promise<Finding> => {
  const folder = await mkdtemp(join(tmpdir(), 'perf-analyzer-'));
  const file = join(folder, 'table.csv');
  const { python } = environmentAt(join(ROOT, '.cache'), 'triton');
  try {
    await promisify(execFile)(
      python,
      [
        join(ROOT, 'serving-configs/platforms/triton/venv/perf_analyzer.py'),
        '-m',
        job.model,
        '-u',
        job.address,
        '-i',
        job.protocol === 'rest' ? 'http' : 'grpc',
        `--concurrency-range=${job.concurrency}`,
        `--measurement-interval=${job.windowSeconds * 1000}`,
        '--stability-percentage=60',
        '--max-trials=8',
        '-f',
        file,
      ],
      { timeout: LIMIT_MS, maxBuffer: 2 ** 24 },
    );
    const table = await readFile(file, 'utf8');
    return {
      ratePerSecond: column(table, 'Inferences/Second'),
      p50Ms: column(table, 'p50 latency') / MICROSECONDS_PER_MS,
      p99Ms: column(table, 'p99 latency') / MICROSECONDS_PER_MS,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
};
