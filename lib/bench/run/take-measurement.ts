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
import type { RunningServing } from './serving-process.ts';

/** The counters of a serving at one moment, or in words why there are none. */
type ScrapedCounters = ServingCounters | string;

/** Some platforms answer this only after the requests that they have. */
const SCRAPE_MS = 15_000;

/**
 * Reads the counters of a serving; never rejects. Undefined if its platform has none.
 *
 * @param url - Of the page with the counters.
 * @param userModel - Name of a user's model.
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
      const response = await fetch(url, { signal: AbortSignal.timeout(SCRAPE_MS) });
      const page = await response.text();
      if (response.status !== 200) return `${url} gave ${response.status}`;
      return read(page, response.headers.get('content-type'));
    } catch (error) {
      // What a failed connection says itself is only that it failed.
      const { cause = error } = error as { readonly cause?: unknown };
      return `${url} gave no counters: ${messageOf(cause)}`;
    }
  };
};

const untold = (reason: string) => ({ state: 'untold', reason }) as const;

/**
 * What a serving counted between two moments. A counter that is missing before counts from zero: most pages leave out counters
 * without a request.
 */
export const timesBetween = (
  before: ScrapedCounters,
  after: ScrapedCounters,
): NonNullable<CompletedMeasurement['serving']> => {
  if (typeof before === 'string') return untold(before);
  if (typeof after === 'string') return untold(after);
  const count = after.count - before.count;
  const times = SERVING_TIMES.flatMap((name) => {
    const until = after[name];
    return until === undefined ? [] : [[name, until - (before[name] ?? 0)] as const];
  });
  if (count < 0 || times.some(([, ms]) => ms < 0)) {
    return untold('its counters were reset during the window: it was restarted');
  }
  if (count === 0) return untold('it counted no requests in the window');
  if (times.every(([, ms]) => ms === 0)) return untold('it counted requests, but no time for them');
  return { state: 'told', count, ...Object.fromEntries(times) };
};

interface MeasurementJob {
  readonly plan: Plan;
  readonly measurement: Measurement;
  /** That of the measurement, or longer if its serving had to be started for it. */
  readonly warmupSeconds: number;
  readonly imagesDir: string;
  /** Of each answer to the images of the plan. */
  readonly expect: LoadJob['expect'];
  readonly samplesFile: string;
  readonly middleware: RunningMiddleware;
  readonly serving: RunningServing;
  readonly runLoad: RunLoad;
  readonly onProgress: (progress: Extract<LoadEvent, { event: 'progress' }>) => void;
  readonly onWindowStart?: () => void;
}

/** Requests of all targets come in the same order at the same level and repeat. */
export const seedOf = ({ seed }: Plan, measurement: Measurement): number =>
  createHash('sha256')
    .update(`${seed}/${measurement.repeat}/${levelId(measurement.level)}`)
    .digest()
    .readUInt32LE();

/** What measuring a measurement gives. */
export type MeasurementFigures = Pick<
  CompletedMeasurement,
  'start' | 'load' | 'middleware' | 'servingCpuMs' | 'serving' | 'nodes' | 'bypass' | 'stability'
>;

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

/** What is sent and what is expected: the images of the plan, or the middleware draws one of them for each request. */
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

/** Loads a target that is up, and takes what middleware and serving used inside the measuring window. */
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
  const takeEdge = async (): Promise<Edge> => {
    const epochMs = Date.now();
    // A serving whose counters wait behind its requests does not hold up the rest.
    const counters = scrape?.();
    return {
      epochMs,
      servingCpuMs: await serving.cpuMs(),
      middleware: await middleware.snapshot(),
      counters: await counters,
    };
  };
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
        const edge = takeEdge();
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
      'the load process did not tell when its window began and ended',
    );
  }
  const windowMs = load.durationSeconds * 1000;
  return {
    load,
    middleware: useBetween(before.middleware, after.middleware, windowMs),
    servingCpuMs: servingCpu(before, after, windowMs),
    serving:
      before.counters === undefined || after.counters === undefined
        ? undefined
        : timesBetween(before.counters, after.counters),
    ...(await serving
      .inspect({ fromMs: before.epochMs, toMs: after.epochMs }, signal)
      .catch((error: unknown) => {
        // A test of stability may have ended it: that is its result.
        if (measurement.stability === undefined || !isDeath(error)) throw error;
        return { died: error.message };
      })),
  };
};
