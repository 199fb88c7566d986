import { BenchError } from '../model/errors.ts';
import type { LoadResult, LoadEvent } from '../model/load-result.ts';
import type { Measurement } from '../model/measurement.ts';
import type { bypassWindowOf } from '../plan/estimate-duration.ts';
import type { Plan } from '../model/plan.ts';
import type { CompletedBypassRun, CompletedMeasurement, Computed } from '../model/record.ts';
import type { EncodedRequests } from './encoded-requests.ts';
import type { RunLoad } from './load-process.ts';
import { seedOf, requestsOf } from './load-requests.ts';
import { manifestModelOf } from '../../../serving-configs/models/model.ts';
import type { LoadJob } from '../load/job.ts';
import {
  type MiddlewareSnapshot,
  type RunningMiddleware,
  useBetween,
} from './middleware-process.ts';
import { createScraper, timesBetween, type ScrapedCounters } from './scrape-counters.ts';
import {
  machineUse,
  othersShareBetween,
  usedBetween,
  type UseReading,
} from './servings/process-use.ts';
import type { RunningServing } from './servings/runtime.ts';

interface BypassJob {
  readonly plan: Plan;
  readonly measurement: Measurement;
  readonly window: NonNullable<ReturnType<typeof bypassWindowOf>>;
  readonly requests: EncodedRequests;
  readonly serving: Pick<RunningServing, 'urls' | 'caFile'>;
  /** Request rate of the measurement through the middleware. */
  readonly ratePerSecond: number;
  readonly runLoad: RunLoad;
}

const reasonOf = ({ failures, durationSeconds }: LoadResult): string => {
  const classes = Object.entries(failures).map(([name, count]) => `${count} × ${name}`);
  return `no correct answer in ${durationSeconds} s: ${classes.join(', ')}`;
};

/**
 * Sends the requests of the middleware, byte for byte, directly to the serving: at the level of the measurement, in the same
 * order, with the same load generator, from the middleware's machine. The difference is the cost of the middleware.
 *
 * An answer with status 200, or OK in gRPC, counts as correct: the middleware, which can read the answers, has checked them before.
 *
 * @throws BenchError if there is no correct answer; the signal's reason if it was aborted.
 */
export const runBypass = async (
  { plan, measurement, window, requests, serving, ratePerSecond, runLoad }: BypassJob,
  signal: AbortSignal,
): Promise<CompletedBypassRun> => {
  const { level, timeoutMs, target } = measurement;
  const load = await runLoad(
    {
      url: (serving.urls[target.protocol] ?? '') + requests.target,
      protocol: target.protocol,
      caFile: serving.caFile,
      images: requests.files,
      headers: requests.headers,
      seed: seedOf(plan, measurement),
      level,
      ...window,
      timeoutMs,
      expect: 'status',
    },
    () => undefined,
    signal,
  );
  if (load.requestRatePerSecond === 0) throw new BenchError('BENCH_BYPASS', reasonOf(load));
  const { startedAt, durationSeconds, succeeded, failed, failures } = load;
  const { requestRatePerSecond, latency, histogram, self } = load;
  return {
    state: 'completed',
    startedAt,
    durationSeconds,
    images: requests.files.length,
    succeeded,
    failed,
    failures,
    requestRatePerSecond,
    latency,
    histogram,
    self,
    rateShare: ratePerSecond / requestRatePerSecond,
  };
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

/** The results of a completed measurement. */
export type MeasurementFigures = Pick<
  CompletedMeasurement,
  | 'start'
  | 'load'
  | 'middleware'
  | 'servingUse'
  | 'computed'
  | 'othersCpuShare'
  | 'serving'
  | 'nodes'
  | 'bypass'
  | 'stability'
>;

/** The state of the rig at the beginning or the end of a window. */
interface Edge {
  /** Milliseconds since 1970. */
  readonly epochMs: number;
  readonly middleware: MiddlewareSnapshot;
  readonly counters: ScrapedCounters | undefined;
}

/** Undefined for a serving that is not on this machine, or if the system does not say. */
const readUse = (serving: RunningServing): UseReading | undefined => {
  if (serving.place !== 'local') return undefined;
  const [use, machine] = [serving.use(), machineUse()];
  return use && machine && { serving: use, machine };
};

const figuresOfUse = (
  before: UseReading,
  after: UseReading,
  { answers }: LoadResult,
): Pick<MeasurementFigures, 'servingUse' | 'othersCpuShare'> => ({
  servingUse: {
    ...usedBetween(before.serving, after.serving),
    memoryMiB: after.serving.memoryMiB,
    answers,
  },
  othersCpuShare: othersShareBetween(before, after),
});

/** Undefined for a serving that does not count, or has ended. */
const readComputed = async (serving: RunningServing): Promise<Computed | undefined> =>
  serving.place === 'local' ? serving.computed?.().catch(() => undefined) : undefined;

const computedBetween = (before?: Computed, after?: Computed): Computed | undefined =>
  before === undefined || after === undefined || after.inputs === before.inputs
    ? undefined
    : {
        computations: after.computations - before.computations,
        inputs: after.inputs - before.inputs,
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
    if (serving.place === 'foreign') await serving.assertListening(signal);
    if (serving.place !== 'node') return {};
    const window = { fromMs: before.epochMs, toMs: after.epochMs };
    return { nodes: await serving.inspect(window, signal) };
  } catch (error) {
    if (measurement.stability === undefined || !isDeath(error)) throw error;
    return { died: error.message };
  }
};

/**
 * Loads a running target, and measures what the middleware uses inside the window, and the serving for the whole load.
 *
 * @returns the figures; `died` says how a stability test ended the serving
 */
export const measureLoad = async (
  job: MeasurementJob,
  signal: AbortSignal,
): Promise<
  Omit<MeasurementFigures, 'start' | 'bypass' | 'stability'> & { readonly died?: string }
> => {
  const { plan, measurement, middleware, serving } = job;
  const { statisticsUrl } = serving;
  const scrape =
    statisticsUrl === undefined
      ? undefined
      : await createScraper(measurement.target.serving, statisticsUrl, manifestModelOf(plan.model));
  const readEdge = async (): Promise<Edge> => {
    const epochMs = Date.now();
    // Awaited last, because the counters of some servings wait behind their requests.
    const counters = scrape?.();
    return {
      epochMs,
      middleware: await middleware.snapshot(),
      counters: await counters,
    };
  };
  const computedBefore = await readComputed(serving);
  const usedBefore = readUse(serving);
  const { load, before, after } = await loadWithEdges(job, readEdge, signal);
  // All answers have come, so the two readings enclose all work for them.
  const usedAfter = readUse(serving);
  const computed = computedBetween(computedBefore, await readComputed(serving));
  const windowMs = load.durationSeconds * 1000;
  return {
    load,
    middleware: useBetween(before.middleware, after.middleware, windowMs),
    ...(usedBefore && usedAfter && figuresOfUse(usedBefore, usedAfter, load)),
    computed,
    serving:
      before.counters === undefined || after.counters === undefined
        ? undefined
        : timesBetween(before.counters, after.counters),
    ...(await inspectServing(job, before, after, signal)),
  };
};
