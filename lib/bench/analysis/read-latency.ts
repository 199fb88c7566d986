import { BenchError } from '../errors.ts';
import type { LoadResult } from '../load/result.ts';
import {
  meanOf,
  percentilesOf,
  readDistribution,
  type Distribution,
} from './statistics/distribution.ts';

const MICROSECONDS_PER_MS = 1000;

/** Twice what a bucket of the histogram is wide. */
const RELATIVE_ERROR = 0.002;

const isClose = (one: number, other: number): boolean =>
  Math.abs(one - other) <= RELATIVE_ERROR * Math.max(Math.abs(one), Math.abs(other));

const damaged = (problem: string, cause?: unknown): BenchError =>
  new BenchError('BENCH_DAMAGED', `results.jsonl is damaged: ${problem}`, {
    hint: 'delete that line, and its cell runs again with --resume; or start a new run',
    cause,
  });

/**
 * The distribution of an encoded histogram.
 *
 * @param what it is of, for errors
 * @throws BenchError where it cannot be read
 */
export const readHistogram = (what: string, histogram: string): Distribution => {
  try {
    return readDistribution(histogram);
  } catch (error) {
    throw damaged(`the histogram of ${what} cannot be read`, error);
  }
};

/**
 * The distribution of the latencies of one load.
 *
 * @param what was measured, for errors
 * @throws BenchError where the histogram cannot be read, or is not the one of the figures beside it
 */
export const readLatency = (
  what: string,
  { histogram, latency }: Pick<LoadResult, 'histogram' | 'latency'>,
): Distribution => {
  const distribution = readHistogram(what, histogram);
  if (distribution.total !== latency.count) {
    throw damaged(
      `the histogram of ${what} holds ${distribution.total} latencies, and the figures beside it are of ${latency.count}`,
    );
  }
  if (latency.count === 0) return distribution;
  const { meanMs, p50Ms, p90Ms, p95Ms, p99Ms } = latency;
  const written = [meanMs, p50Ms, p90Ms, p95Ms, p99Ms];
  const held = [meanOf(distribution), ...percentilesOf(distribution, [50, 90, 95, 99])];
  if (held.some((value, at) => !isClose(value / MICROSECONDS_PER_MS, written[at] ?? Number.NaN))) {
    throw damaged(`mean and percentiles of ${what} are not those of its histogram`);
  }
  return distribution;
};
