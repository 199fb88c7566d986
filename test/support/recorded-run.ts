import { measuredInStudy, servingFactsOf } from '../../serving-configs/index.ts';
import {
  createHistogram,
  encodeHistogram,
  recordLatency,
  summariseLatency,
} from '../../lib/bench/stats/histogram.ts';
import { createRandom } from '../../lib/bench/stats/random.ts';
import type { LoadResult } from '../../lib/bench/model/load-result.ts';
import {
  levelId,
  targetId,
  type Measurement,
  type Engine,
  type Level,
  type Target,
  type Scenario,
} from '../../lib/bench/model/measurement.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/resolve-plan-options.ts';
import { RUN_FORMAT, type Plan } from '../../lib/bench/model/plan.ts';
import { planHash } from '../../lib/bench/plan/seal-plan.ts';
import type { Environment } from '../../lib/bench/model/environment.ts';
import type {
  AnswerCheck,
  CompletedMeasurement,
  CompletedBypassRun,
  FailedMeasurement,
  Calibration,
  CalibrationTry,
  ResultRecord,
} from '../../lib/bench/model/record.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';
import { plannedResnet50 } from './planned-models.ts';
import { simulateLoad } from './simulated-load.ts';

export interface RecordedRunOptions {
  readonly seed?: number;
  readonly levels?: readonly Level[];
  readonly scenarios?: readonly Scenario[];
  readonly repeats?: number;
  readonly durationSeconds?: number;
  /** Rate of the no-op backend ÷ rate of the target. */
  readonly noopLimitFactor?: number;
  /** Rate through the middleware ÷ rate of the bypass run; 0 for no bypass runs. */
  readonly directShare?: number;
  /** Whether measurements have bins, as real ones do. */
  readonly hasSeconds?: boolean;
  readonly engines?: readonly Engine[];
  readonly targets?: readonly Target[];
}

const defaultTarget = (serving: Target['serving']): Target => {
  const { payloads, defaultPayload: payload } = servingFactsOf(serving).rest;
  return { serving, protocol: 'rest', payload, encoding: payloads[payload]?.[0] ?? 'raw' };
};

/** The default target of every serving of the study, in the order of the manifests. */
export const recordedTargets = (): readonly [Target, Target, Target, Target] =>
  measuredInStudy.map(defaultTarget) as [Target, Target, Target, Target];

export const closed = (virtualUsers: number): Level => ({ loop: 'closed', virtualUsers });

/** A load result whose counts, latencies and histogram come from the same answers. */
export const loadResult = (
  latenciesMs: readonly number[],
  durationSeconds: number,
  extra: Partial<LoadResult> = {},
): LoadResult => {
  const histogram = createHistogram(60_000);
  for (const latencyMs of latenciesMs) recordLatency(histogram, latencyMs);
  const succeeded = latenciesMs.length;
  const failed = extra.failed ?? 0;
  return {
    generator: 'embedded',
    startedAt: '2026-01-02T03:04:05.000Z',
    durationSeconds,
    succeeded,
    failed,
    failures: {},
    answers: succeeded + failed,
    requestRatePerSecond: succeeded / durationSeconds,
    failedShare: failed / Math.max(1, succeeded + failed),
    offered: succeeded + failed,
    unsent: 0,
    delayedShare: 0,
    latency: summariseLatency(histogram),
    histogram: encodeHistogram(histogram),
    bins: [],
    phases: {},
    self: {
      cpuMs: succeeded * 0.2,
      cpuShare: 0.1,
      cores: 1,
      eventLoopLagP99Ms: 1,
      eventLoopLagMaxMs: 4,
      keptUp: true,
    },
    ...extra,
  };
};

/** A load result whose answers all take equally long. */
export const evenLoad = (
  answers: number,
  latencyMs: number,
  durationSeconds: number,
  extra?: Partial<LoadResult>,
): LoadResult =>
  loadResult(
    Array.from({ length: answers }, () => latencyMs),
    durationSeconds,
    extra,
  );

/** A completed measurement around a load result. */
export const completedMeasurement = (
  measurement: Measurement,
  load: LoadResult,
  extra: Partial<CompletedMeasurement> = {},
): CompletedMeasurement => ({
  kind: 'measurement',
  state: 'completed',
  measurement,
  startedAt: '2026-01-02T03:04:00.000Z',
  finishedAt: '2026-01-02T03:04:30.000Z',
  // In a closed loop, every user is always waiting for an answer.
  load:
    measurement.level.loop === 'closed'
      ? { meanInFlight: measurement.level.virtualUsers, ...load }
      : load,
  middleware: {
    cpuMs: load.succeeded * 6,
    // Half of the CPU time of both processes, and enough to be visible.
    busiestCpuShare: Math.max(0.4, (load.succeeded * 3) / (load.durationSeconds * 1000)),
  },
  ...extra,
});

export const isCompleted = (record: ResultRecord): record is CompletedMeasurement =>
  record.kind === 'measurement' && record.state === 'completed';

/** Replaces or removes the completed measurements of a run. */
export const withMeasurements = (
  data: RunData,
  change: (measurement: CompletedMeasurement) => ResultRecord | readonly ResultRecord[],
): RunData => ({
  ...data,
  records: data.records.flatMap((record) => (isCompleted(record) ? change(record) : [record])),
});

/** A failed measurement. */
export const failedMeasurement = (
  measurement: Measurement,
  message = 'The serving ended.',
): FailedMeasurement => ({
  kind: 'measurement',
  state: 'failed',
  measurement,
  startedAt: '2026-01-02T03:04:00.000Z',
  finishedAt: '2026-01-02T03:04:30.000Z',
  code: 'BENCH_SERVING_DIED',
  message,
});

/** A planned measurement, by default of four virtual users and ten seconds. */
export const planMeasurement = (given: Partial<Measurement> = {}): Measurement => {
  const {
    target = recordedTargets()[0],
    engine = 'onnx',
    scenario = 'warm',
    level = closed(4),
    repeat = 1,
    block = 1,
  } = given;
  return {
    id: `r${repeat}/${targetId(target)}/${engine}/${scenario}/${levelId(level)}`,
    target,
    engine,
    scenario,
    level,
    repeat,
    block,
    warmupSeconds: 1,
    durationSeconds: 10,
    timeoutMs: 60_000,
    ...given,
  };
};

/** A bypass run of one second, which is faster because there is no middleware. */
export const bypassRun = (load: LoadResult, rateShare: number): CompletedBypassRun => {
  const rate = Math.round(load.requestRatePerSecond / rateShare);
  const meanMs = load.latency.meanMs * rateShare;
  return {
    state: 'completed',
    ...evenLoad(rate, meanMs, 1),
    images: 2,
    rateShare: load.requestRatePerSecond / rate,
  };
};

/** Simulates a measurement, see {@link simulateLoad}. */
const simulate = (
  measurement: Measurement,
  random: () => number,
  options: Required<Pick<RecordedRunOptions, 'noopLimitFactor' | 'directShare' | 'hasSeconds'>>,
): CompletedMeasurement => {
  const { latenciesMs, load: extra, start } = simulateLoad(measurement, random, options);
  const { engine, target, durationSeconds } = measurement;
  const load = loadResult(latenciesMs, durationSeconds, extra);
  const hasBypass = options.directShare !== 0 && engine !== 'noop' && target.protocol === 'rest';
  return completedMeasurement(measurement, load, {
    ...(start === undefined ? {} : { start }),
    ...(hasBypass ? { bypass: bypassRun(load, options.directShare) } : {}),
  });
};

export const passedCheck = (target: Target, engine: Engine = 'onnx'): AnswerCheck => ({
  kind: 'answer-check',
  target,
  engine,
  state: 'passed',
  startedAt: '2026-01-02T03:04:00.000Z',
  trained: false,
  relativeTolerance: 0.001,
  images: [
    { file: 'boat.jpg', expectedClass: 600, answeredClass: 600 },
    { file: 'cat.jpg', expectedClass: 281, answeredClass: 281 },
  ],
});

/** Correct: 4 users of a serving that takes 25 ms for each request, one at a time, get 40 requests/s at 100 ms. */
export const accurateTry: CalibrationTry = {
  startedAt: '2026-01-02T03:04:05.000Z',
  durationSeconds: 2,
  succeeded: 80,
  failed: 0,
  requestRatePerSecond: 40,
  meanMs: 100,
  minMs: 97,
  ownMs: 4,
};

/** A calibration with a changed try; it passes without changes. */
export const calibrationRecord = (
  changes: Partial<CalibrationTry> = {},
  extra: Partial<Calibration> = {},
): Calibration => ({
  kind: 'calibration',
  state: 'completed',
  target: recordedTargets()[0],
  virtualUsers: 4,
  delayMs: 25,
  tries: [{ ...accurateTry, ...changes }],
  ...extra,
});

export const recordedEnvironment: Environment = {
  where: 'local',
  machine: {
    cpuModel: 'Example CPU @ 2.5 GHz',
    cores: 2,
    memoryBytes: 8 * 1024 ** 3,
    os: 'Example OS 12',
    kernel: '6.1.0',
    architecture: 'x64',
  },
  versions: { node: '20.19.0', 'serving-compare': '0.1.0', fastify: '5.12.8' },
  commit: { hash: '0123456789abcdef0123456789abcdef01234567', dirty: true },
  processes: { middleware: 2, serving: 1, load: 1 },
  seed: 7,
};

const dataSet = {
  imagesFolder: 'k6/images',
  images: [
    { file: 'boat.jpg', sha256: '11'.repeat(32) },
    { file: 'cat.jpg', sha256: '22'.repeat(32) },
  ],
};

export const recordedPlan = (
  measurements: readonly Measurement[],
  targets: readonly Target[] = recordedTargets(),
): Plan => {
  const plan = {
    format: RUN_FORMAT,
    profile: 'quick',
    seed: 7,
    createdAt: '2026-01-02T03:00:00.000Z',
    options: resolvePlanOptions({ seed: 7 }),
    settings: {},
    where: 'local',
    runtime: 'simulated',
    targets,
    ...dataSet,
    model: plannedResnet50,
    measurements,
  } as const;
  return { ...plan, hash: planHash(plan) };
};

/** A small run of every serving of the study, simulated from a seed. The same options give the same bytes. */
export const recordedRun = ({
  seed = 7,
  levels = [closed(1), closed(4), closed(16)],
  scenarios = ['cold', 'warm'],
  repeats = 3,
  durationSeconds = 10,
  noopLimitFactor = 3,
  directShare = 0,
  hasSeconds = false,
  engines = ['onnx', 'noop'],
  targets = recordedTargets(),
}: RecordedRunOptions = {}): RunData => {
  const random = createRandom(seed);
  // As plans do, because open loops show no limit.
  const noopLevels = levels.some(({ loop }) => loop === 'open') ? [closed(32)] : levels;
  const measurements = Array.from({ length: repeats }, (_, index) => index + 1).flatMap((repeat) =>
    scenarios.flatMap((scenario) =>
      targets.flatMap((target) =>
        engines.flatMap((engine) =>
          (engine === 'noop' ? noopLevels : levels).map((level) =>
            planMeasurement({ target, engine, scenario, level, repeat, durationSeconds }),
          ),
        ),
      ),
    ),
  );
  return {
    plan: recordedPlan(measurements, targets),
    environment: recordedEnvironment,
    records: [
      ...targets.flatMap((target) => engines.map((engine) => passedCheck(target, engine))),
      ...targets.slice(0, 1).map((target) => calibrationRecord({}, { target })),
      ...measurements.map((measurement) =>
        simulate(measurement, random, { noopLimitFactor, directShare, hasSeconds }),
      ),
    ],
  };
};
