import type { LoadResult } from '../../lib/bench/model/load-result.ts';
import { dataSet, measure, type LoadProgram } from '../lib/bench/load/load-process.ts';
import { startReferenceServing, type Lag } from '../support/reference-serving.ts';
import {
  closedRateBounds,
  meanBounds,
  quantileBounds,
  type Bounds,
  type KnownLatency,
} from './known-latency.ts';

export type Job = Omit<Parameters<typeof measure>[0], 'url'>;

/** Of the windows. */
export const SECONDS = 3;

/** What a load process measured, and how late the serving was meanwhile. */
export interface Measured extends LoadResult {
  readonly serving: Lag;
}

/** Measures a simulated server whose delays are known. */
export const measureServing = async (
  options: object,
  job: Job,
  program?: LoadProgram,
): Promise<Measured> => {
  const serving = await startReferenceServing(
    '--engine=delay',
    `--engine-options=${JSON.stringify({ seed: 11, ...options })}`,
  );
  const measuring = measure(
    {
      url: serving.url,
      // One small image: the bytes on the way are not what is in question.
      images: dataSet.filter((file) => file.endsWith('cat.jpg')),
      // In the middle of a constant latency, where no answer is near the edges of the window.
      warmupSeconds: 0.75,
      durationSeconds: SECONDS,
      ...job,
    },
    program,
  );
  // Also where the measurement failed: the serving has to end.
  const lag = await measuring.then(serving.stop, serving.stop);
  return { ...(await measuring), serving: lag };
};

/** An exchange wakes each of the two processes twice. */
const WAKES = 2;

/** What a busy machine may have added to half of the exchanges. */
export const usualDelayMs = ({ self, serving }: Measured): number =>
  WAKES * (self.eventLoopLagP99Ms + serving.lagP99Ms);

/** What a busy machine may have added to any exchange. */
export const greatestDelayMs = ({ self, serving }: Measured): number =>
  WAKES * (self.eventLoopLagMaxMs + serving.lagMaxMs);

/** Requests that may be answered late, since the machine was busy: behind the window, or in it and not before. */
export const lateRequests = (measured: Measured, ratePerSecond: number): number =>
  (greatestDelayMs(measured) / 1000) * ratePerSecond;

/** A figure with the least and the greatest value that is right. */
export type Checked = readonly [number, Bounds];

const later = ([least, greatest]: Bounds, ms: number): Bounds => [least, greatest + ms];

/**
 * Latencies beside what is known of them. They may be longer by as much as engine and serving say that they were late, and
 * never shorter.
 *
 * @param overheadMs what an exchange takes beside the delay of the serving
 */
export const latencyFigures = (
  measured: Measured,
  known: KnownLatency,
  overheadMs = 0,
): Readonly<Record<string, Checked>> => {
  const { count, meanMs, p50Ms, p95Ms, p99Ms } = measured.latency;
  const usualMs = overheadMs + usualDelayMs(measured);
  const greatestMs = overheadMs + greatestDelayMs(measured);
  const quantile = (share: number, ms: number): Bounds =>
    later(quantileBounds(known, share, count), ms);
  return {
    mean: [meanMs, later(meanBounds(known, count), greatestMs)],
    p50: [p50Ms, quantile(0.5, usualMs)],
    p95: [p95Ms, quantile(0.95, greatestMs)],
    p99: [p99Ms, quantile(0.99, greatestMs)],
  };
};

/** The rate of a closed loop beside what is known of it. */
export const closedRate = (
  measured: Measured,
  known: KnownLatency,
  virtualUsers: number,
  overheadMs = 0,
): Checked => {
  const meanMs = known.meanMs + overheadMs + greatestDelayMs(measured);
  const [least] = closedRateBounds({ ...known, meanMs }, virtualUsers, SECONDS);
  const [, greatest] = closedRateBounds(known, virtualUsers, SECONDS);
  return [measured.requestRatePerSecond, [least, greatest]];
};

/** The figures that are outside of their bounds. */
export const outside = (figures: Readonly<Record<string, Checked>>): object =>
  Object.fromEntries(
    Object.entries(figures).filter(
      ([, [value, [least, greatest]]]) => !(value >= least && value <= greatest),
    ),
  );
