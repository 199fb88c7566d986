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

/** Length of a window. */
export const SECONDS = 2;

/** The result of a load process, and the lag of the serving at the same time. */
export interface Measured extends LoadResult {
  readonly serving: Lag;
}

/** Measures a simulated server of known latency. */
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
      // One small image, because the transfer is not tested.
      images: dataSet.filter((file) => file.endsWith('cat.jpg')),
      // Ends in the middle of a constant latency, so that no answer is near the edges of the window.
      warmupSeconds: 0.75,
      durationSeconds: SECONDS,
      ...job,
    },
    program,
  );
  // Stop the serving even if the measurement failed.
  const lag = await measuring.then(serving.stop, serving.stop);
  return { ...(await measuring), serving: lag };
};

/** A request wakes each of the two processes twice. */
const WAKES = 2;

/** Delay that a busy machine may have added to half of the requests. */
export const typicalDelayMs = ({ self, serving }: Measured): number =>
  WAKES * (self.eventLoopLagP99Ms + serving.lagP99Ms);

/** Delay that a busy machine may have added to any request. */
export const greatestDelayMs = ({ self, serving }: Measured): number =>
  WAKES * (self.eventLoopLagMaxMs + serving.lagMaxMs);

/** Number of requests that a busy machine may have moved into or out of the window. */
export const lateRequests = (measured: Measured, ratePerSecond: number): number =>
  (greatestDelayMs(measured) / 1000) * ratePerSecond;

/** A figure and its bounds. */
export type Checked = readonly [number, Bounds];

const later = ([least, greatest]: Bounds, ms: number): Bounds => [least, greatest + ms];

/**
 * Latencies and their bounds. They may be longer by the lag of load generator and serving, but never shorter.
 *
 * @param overheadMs time that a request takes in addition to the known latency
 */
export const latencyFigures = (
  measured: Measured,
  known: KnownLatency,
  overheadMs = 0,
): Readonly<Record<string, Checked>> => {
  const { count, meanMs, p50Ms, p95Ms, p99Ms } = measured.latency;
  const typicalMs = overheadMs + typicalDelayMs(measured);
  const greatestMs = overheadMs + greatestDelayMs(measured);
  const quantile = (share: number, ms: number): Bounds =>
    later(quantileBounds(known, share, count), ms);
  return {
    mean: [meanMs, later(meanBounds(known, count), greatestMs)],
    p50: [p50Ms, quantile(0.5, typicalMs)],
    p95: [p95Ms, quantile(0.95, greatestMs)],
    p99: [p99Ms, quantile(0.99, greatestMs)],
  };
};

/** The rate of a closed loop and its bounds. */
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

/** The figures outside their bounds. */
export const outside = (figures: Readonly<Record<string, Checked>>): object =>
  Object.fromEntries(
    Object.entries(figures).filter(
      ([, [value, [least, greatest]]]) => !(value >= least && value <= greatest),
    ),
  );
