import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ServingName } from '../../../serving-configs/index.ts';
import { loadStatistics } from '../../../serving-configs/protocols/statistics/load-statistics.ts';
import {
  SERVING_TIMES,
  type ServingCounters,
} from '../../../serving-configs/protocols/statistics/serving-counters.ts';
import type { LoadJob } from '../load/job.ts';
import { type Engine, type Measurement, levelId, type Target } from '../model/measurement.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import type { LoadEvent, LoadResult } from '../model/load-result.ts';
import type { Plan } from '../model/plan.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { drawUrl, inferUrl } from './infer.ts';
import type { RunLoad } from './load-process.ts';
import {
  type MiddlewareSnapshot,
  type RunningMiddleware,
  useBetween,
} from './middleware-process.ts';
import type { RunningServing } from './start-serving.ts';

/** The counters of a serving at one moment, or why there are none. */
type ScrapedCounters = ServingCounters | string;

/** Long, because some platforms return their counters only after all waiting requests. */
const SCRAPE_TIMEOUT_MS = 15_000;

/**
 * Creates a function that reads the counters of a serving and never rejects; undefined if its platform has none.
 *
 * @param url URL of the page with the counters
 * @param userModel name of a user's model
 */
export const createScraper = async (
  serving: ServingName,
  url: string | undefined,
  userModel?: string,
): Promise<(() => Promise<ScrapedCounters>) | undefined> => {
  const read = await loadStatistics(serving, userModel);
  if (read === undefined || url === undefined) return undefined;
  return async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(SCRAPE_TIMEOUT_MS) });
      const page = await response.text();
      if (response.status !== 200) return `${url} gave ${response.status}`;
      return read(page, response.headers.get('content-type'));
    } catch (error) {
      // Only the cause says why a connection failed.
      const { cause = error } = error as { readonly cause?: unknown };
      return `${url} gave no counters: ${messageOf(cause)}`;
    }
  };
};

const unreported = (reason: string) => ({ state: 'unreported', reason }) as const;

/** Differences of a serving's counters. A counter that is missing before counts as zero: most pages omit counters without requests. */
export const timesBetween = (
  before: ScrapedCounters,
  after: ScrapedCounters,
): NonNullable<CompletedMeasurement['serving']> => {
  if (typeof before === 'string') return unreported(before);
  if (typeof after === 'string') return unreported(after);
  const count = after.count - before.count;
  const times = SERVING_TIMES.flatMap((name) => {
    const until = after[name];
    return until === undefined ? [] : [[name, until - (before[name] ?? 0)] as const];
  });
  if (count < 0 || times.some(([, ms]) => ms < 0)) {
    return unreported('its counters were reset during the window: it was restarted');
  }
  if (count === 0) return unreported('it counted no requests in the window');
  if (times.every(([, ms]) => ms === 0))
    return unreported('it counted requests, but no time for them');
  return { state: 'reported', count, ...Object.fromEntries(times) };
};

interface MeasurementJob {
  readonly plan: Plan;
  readonly measurement: Measurement;
  /** Warm-up of the measurement, or a longer one if its serving was just started. */
  readonly warmupSeconds: number;
  readonly imagesDir: string;
  /** The expected answers to the images of the plan. */
  readonly expect: LoadJob['expect'];
  readonly samplesFile: string;
  readonly middleware: RunningMiddleware;
  readonly serving: RunningServing;
  readonly runLoad: RunLoad;
  readonly onProgress: (progress: Extract<LoadEvent, { event: 'progress' }>) => void;
  readonly onWindowStart?: () => void;
}

/** The same for all targets at the same level and repeat, so that they get the requests in the same order. */
export const seedOf = ({ seed }: Plan, measurement: Measurement): number =>
  createHash('sha256')
    .update(`${seed}/${measurement.repeat}/${levelId(measurement.level)}`)
    .digest()
    .readUInt32LE();

/** The results of a completed measurement. */
export type MeasurementFigures = Pick<
  CompletedMeasurement,
  'start' | 'load' | 'middleware' | 'servingCpuMs' | 'serving' | 'nodes' | 'bypass' | 'stability'
>;

/** The state of the rig at the beginning or the end of a window. */
interface Edge {
  /** Milliseconds since 1970. */
  readonly epochMs: number;
  readonly middleware: MiddlewareSnapshot;
  readonly servingCpuMs: number | undefined;
  readonly counters: ScrapedCounters | undefined;
}

const servingCpu = (before: Edge, after: Edge, windowMs: number): number | undefined => {
  if (before.servingCpuMs === undefined || after.servingCpuMs === undefined) return undefined;
  const elapsedMs = after.middleware.atMs - before.middleware.atMs;
  const used = after.servingCpuMs - before.servingCpuMs;
  return (used * windowMs) / Math.max(1, elapsedMs);
};

/** The requests of a load job and the expected answers. Either the load generator sends images, or the middleware draws them. */
export const requestsOf = ({
  plan,
  target,
  engine,
  middleware,
  imagesDir,
  expect,
}: Pick<MeasurementJob, 'plan' | 'middleware' | 'imagesDir' | 'expect'> & {
  readonly target: Target;
  readonly engine: Engine;
}): Pick<LoadJob, 'url' | 'method' | 'images' | 'expect'> => {
  const names = plan.images.map(({ file }) => file);
  const images = names.map((file) => join(imagesDir, file));
  return plan.options.middleware?.imagesDrawnBy === 'middleware' &&
    typeof expect === 'object' &&
    'pointer' in expect
    ? {
        url: drawUrl(middleware.url, target),
        method: 'GET',
        images,
        expect: { ...expect, drawn: { pointer: '/image', names } },
      }
    : { url: inferUrl(middleware.url, target, engine), images, expect };
};

const isDeath = (error: unknown): error is BenchError =>
  error instanceof BenchError && error.code === 'BENCH_SERVING_DIED';

/** Runs the load of a measurement and reads the state of the rig at both edges of its window. */
const loadWithEdges = async (
  job: MeasurementJob,
  readEdge: () => Promise<Edge>,
  signal: AbortSignal,
): Promise<{ readonly load: LoadResult; readonly before: Edge; readonly after: Edge }> => {
  const { plan, measurement } = job;
  const edges: Promise<Edge>[] = [];
  const load: LoadResult = await job.runLoad(
    {
      ...requestsOf({ ...job, target: measurement.target, engine: measurement.engine }),
      seed: seedOf(plan, measurement),
      level: measurement.level,
      warmupSeconds: job.warmupSeconds,
      durationSeconds: measurement.durationSeconds,
      timeoutMs: measurement.timeoutMs,
      samplesFile: job.samplesFile,
    },
    (event) => {
      if (event.event === 'progress') job.onProgress(event);
      if (event.event === 'window-start') job.onWindowStart?.();
      if (event.event === 'window-start' || event.event === 'window-end') {
        const edge = readEdge();
        // Awaited below, unless the load fails first.
        edge.catch(() => undefined);
        edges.push(edge);
      }
    },
    signal,
  );
  const [before, after] = await Promise.all(edges);
  if (before === undefined || after === undefined) {
    throw new BenchError(
      'BENCH_LOAD_FAILED',
      'the load process did not report when its window began and ended',
    );
  }
  return { load, before, after };
};

/** The resource use of both nodes in the window. A stability test may have ended the serving, which is then its result. */
const inspectServing = async (
  { measurement, serving }: MeasurementJob,
  before: Edge,
  after: Edge,
  signal: AbortSignal,
): Promise<Pick<MeasurementFigures, 'nodes'> & { readonly died?: string }> => {
  try {
    return await serving.inspect({ fromMs: before.epochMs, toMs: after.epochMs }, signal);
  } catch (error) {
    if (measurement.stability === undefined || !isDeath(error)) throw error;
    return { died: error.message };
  }
};

/**
 * Loads a running target and measures what middleware and serving use inside the window.
 *
 * @returns the figures; `died` says how a stability test ended the serving
 */
export const takeMeasurement = async (
  job: MeasurementJob,
  signal: AbortSignal,
): Promise<
  Omit<MeasurementFigures, 'start' | 'bypass' | 'stability'> & { readonly died?: string }
> => {
  const { plan, measurement, middleware, serving } = job;
  const scrape = await createScraper(
    measurement.target.serving,
    serving.statisticsUrl,
    plan.model.tensors?.name,
  );
  const readEdge = async (): Promise<Edge> => {
    const epochMs = Date.now();
    // Awaited last, because the counters of some servings wait behind their requests.
    const counters = scrape?.();
    return {
      epochMs,
      servingCpuMs: await serving.cpuMs(),
      middleware: await middleware.snapshot(),
      counters: await counters,
    };
  };
  const { load, before, after } = await loadWithEdges(job, readEdge, signal);
  const windowMs = load.durationSeconds * 1000;
  return {
    load,
    middleware: useBetween(before.middleware, after.middleware, windowMs),
    servingCpuMs: servingCpu(before, after, windowMs),
    serving:
      before.counters === undefined || after.counters === undefined
        ? undefined
        : timesBetween(before.counters, after.counters),
    ...(await inspectServing(job, before, after, signal)),
  };
};
