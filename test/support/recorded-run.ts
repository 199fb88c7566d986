import { manifestOf, measuredInStudy } from '../../serving-configs/index.ts';
import {
  createHistogram,
  encodeHistogram,
  recordLatency,
  summariseLatency,
} from '../../lib/bench/stats/histogram.ts';
import { createRandom } from '../../lib/bench/stats/random.ts';
import type { LoadResult, SecondBin } from '../../lib/bench/model/load-result.ts';
import {
  levelId,
  targetId,
  type Measurement,
  type Engine,
  type Level,
  type Target,
  type Scenario,
} from '../../lib/bench/model/measurement.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/plan-options.ts';
import { RUN_FORMAT, type Plan } from '../../lib/bench/model/plan.ts';
import { planHash } from '../../lib/bench/plan/seal-plan.ts';
import type { Environment } from '../../lib/bench/model/environment.ts';
import type {
  AnswerCheck,
  CompletedMeasurement,
  CompletedBypassRun,
  Calibration,
  CalibrationTry,
  ResultRecord,
} from '../../lib/bench/model/record.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';

/** Mean latency at one client and most requests a second of each serving; made up, and only for tests. */
const BEHAVIOUR: Readonly<Record<string, { readonly baseMs: number; readonly most: number }>> = {
  torchserve: { baseMs: 24, most: 67 },
  tfserving: { baseMs: 31, most: 41 },
  triton_pytorch: { baseMs: 15, most: 88 },
  triton_tensorflow: { baseMs: 17, most: 80 },
};

export interface RecordedRunOptions {
  readonly seed?: number;
  readonly levels?: readonly Level[];
  readonly scenarios?: readonly Scenario[];
  readonly repeats?: number;
  readonly durationSeconds?: number;
  /** How far the no-op backend's rate lies above the measured one. */
  readonly noopLimitFactor?: number;
  /** The measured rate ÷ that of the bypass run; 0: without one. */
  readonly directShare?: number;
  /** Measurements carry their seconds, as real ones do. */
  readonly hasSeconds?: boolean;
  readonly engines?: readonly Engine[];
  readonly targets?: readonly Target[];
}

const model = { file: 'resnet50-untrained.onnx', sha256: 'ab'.repeat(32), trained: false };

const defaultTarget = (serving: Target['serving']): Target => {
  const { payloads, defaultPayload: payload } = manifestOf(serving).rest;
  return { serving, protocol: 'rest', payload, encoding: payloads[payload]?.[0] ?? 'raw' };
};

/** The default path of every serving of the study, in the order of the manifests. */
export const recordedTargets = (): readonly [Target, Target, Target, Target] =>
  measuredInStudy.map(defaultTarget) as [Target, Target, Target, Target];

export const closed = (virtualUsers: number): Level => ({ loop: 'closed', virtualUsers });

/** A load result whose figures fit each other: counts, bins, latencies and histogram come from the same answers. */
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
    requestRatePerSecond: succeeded / durationSeconds,
    failedShare: failed / Math.max(1, succeeded + failed),
    offered: succeeded + failed,
    unsent: 0,
    delayedShare: 0,
    unfinished: 0,
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
  // In a closed loop each user always waits for an answer.
  load:
    measurement.level.loop === 'closed'
      ? { meanInFlight: measurement.level.virtualUsers, ...load }
      : load,
  middleware: {
    cpuMs: load.succeeded * 6,
    // Half of what both use, and enough to be seen.
    busiestCpuShare: Math.max(0.4, (load.succeeded * 3) / (load.durationSeconds * 1000)),
  },
  ...extra,
});

export const isCompleted = (record: ResultRecord): record is CompletedMeasurement =>
  record.kind === 'measurement' && record.state === 'completed';

/** A run whose completed measurements are others, or left out; all else stays. */
export const withMeasurements = (
  data: RunData,
  change: (measurement: CompletedMeasurement) => ResultRecord | readonly ResultRecord[],
): RunData => ({
  ...data,
  records: data.records.flatMap((record) => (isCompleted(record) ? change(record) : [record])),
});

const offered = (level: Level): number =>
  level.loop === 'closed' ? level.virtualUsers : level.ratePerSecond;

export const planMeasurement = (
  target: Target,
  engine: Engine,
  scenario: Scenario,
  level: Level,
  repeat: number,
  durationSeconds = 10,
): Measurement => ({
  id: `r${repeat}/${targetId(target)}/${engine}/${scenario}/${levelId(level)}`,
  target,
  engine,
  scenario,
  level,
  repeat,
  warmupSeconds: 1,
  durationSeconds,
  timeoutMs: 60_000,
});

const phase = (meanMs: number) => ({ meanMs });

/** A second of what a measurement gave, faster by what the middleware took. */
export const directCheck = (load: LoadResult, rateShare: number): CompletedBypassRun => {
  const rate = Math.round(load.requestRatePerSecond / rateShare);
  const meanMs = load.latency.meanMs * rateShare;
  return {
    state: 'completed',
    ...loadResult(
      Array.from({ length: rate }, () => meanMs),
      1,
    ),
    images: 2,
    rateShare: load.requestRatePerSecond / rate,
  };
};

/** The answers spread evenly over the seconds of the window. */
const secondsOf = (latencies: readonly number[], durationSeconds: number): SecondBin[] =>
  Array.from({ length: durationSeconds }, (_, second) => {
    const at = (from: number): number => Math.round((latencies.length * from) / durationSeconds);
    const own = latencies.slice(at(second), at(second + 1)).toSorted((a, b) => a - b);
    const p50Ms = own[Math.floor(own.length / 2)];
    return {
      second,
      succeeded: own.length,
      failed: 0,
      ...(p50Ms === undefined ? {} : { p50Ms }),
    };
  });

/** A queue in front of one server: the rate grows to `most`, from there on the latency grows with the load. */
const simulate = (
  measurement: Measurement,
  random: () => number,
  {
    noopLimitFactor,
    directShare,
    hasSeconds,
  }: Required<Pick<RecordedRunOptions, 'noopLimitFactor' | 'directShare' | 'hasSeconds'>>,
): CompletedMeasurement => {
  const behaviour = BEHAVIOUR[measurement.target.serving] ?? { baseMs: 20, most: 50 };
  const factor = measurement.engine === 'noop' ? noopLimitFactor : 1;
  const baseMs = behaviour.baseMs / factor;
  const most = behaviour.most * factor * (0.96 + random() * 0.08);
  const clients = offered(measurement.level);
  const rate =
    measurement.level.loop === 'closed'
      ? Math.min(most, (clients * 1000) / baseMs)
      : Math.min(most, clients);
  const meanMs = measurement.level.loop === 'closed' ? (clients * 1000) / rate : baseMs * 1.4;
  const failShare =
    measurement.target.serving === 'torchserve' && measurement.engine !== 'noop' ? 0.018 : 0;
  const answers = Math.round(rate * measurement.durationSeconds);
  const failed = Math.round(answers * failShare);
  const drawn = Array.from(
    { length: answers - failed },
    () => 0.7 + random() * 0.4 + (random() < 0.06 ? random() * 3 : 0),
  );
  // In a closed loop the users' times add up to the window, whatever the single ones are.
  const drawnMean = drawn.reduce((sum, one) => sum + one, 0) / Math.max(1, drawn.length);
  const latencies = drawn.map((one) => (meanMs * one) / drawnMean);
  const upstreamMs = measurement.engine === 'noop' ? 0.4 : Math.min(meanMs * 0.6, baseMs * 0.7);
  const fixedMs = measurement.target.payload === 'image' ? [0, 0.05, 0.1] : [4.6, 0.4, 0.2];
  const [decodeMs = 0, encodeMs = 0, parseMs = 0] = fixedMs.map((ms) => Math.min(ms, meanMs / 6));
  const rest = Math.max(0, meanMs - upstreamMs - decodeMs - encodeMs - parseMs);
  const load = loadResult(latencies, measurement.durationSeconds, {
    failed,
    failures: failed > 0 ? { 'http-503': failed } : {},
    bins: hasSeconds ? secondsOf(latencies, measurement.durationSeconds) : [],
    phases: {
      queue: phase(rest * 0.8),
      decode: phase(decodeMs),
      encode: phase(encodeMs),
      upstream: phase(upstreamMs),
      parse: phase(parseMs),
      total: phase(rest * 0.8 + decodeMs + encodeMs + upstreamMs + parseMs),
    },
  });
  const hasBypass =
    directShare !== 0 && measurement.engine !== 'noop' && measurement.target.protocol === 'rest';
  const direct = hasBypass ? directShare : undefined;
  return completedMeasurement(measurement, load, {
    ...(measurement.scenario === 'cold'
      ? {
          start: {
            timeToReadyMs: 900 + random() * 300,
            firstRequestMs: baseMs * (4 + random() * 2),
          },
        }
      : {}),
    ...(direct === undefined ? {} : { bypass: directCheck(load, direct) }),
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

/** 4 users of a serving that takes 25 ms for a request, one at a time: 40 requests/s at 100 ms. */
export const rightTry: CalibrationTry = {
  startedAt: '2026-01-02T03:04:05.000Z',
  durationSeconds: 2,
  succeeded: 80,
  failed: 0,
  requestRatePerSecond: 40,
  meanMs: 100,
  minMs: 97,
  ownMs: 4,
};

/** A known latency that was measured right. */
export const recordedCalibration = (target: Target): Calibration => ({
  kind: 'calibration',
  state: 'completed',
  target,
  virtualUsers: 4,
  delayMs: 25,
  tries: [rightTry],
});

/** The same for the first of the targets, but for what differs. */
export const calibrationRecord = (
  one: Partial<CalibrationTry>,
  extra: Partial<Calibration> = {},
): Calibration => ({
  ...recordedCalibration(recordedTargets()[0]),
  tries: [{ ...rightTry, ...one }],
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
  model,
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
    schema: RUN_FORMAT,
    profile: 'quick',
    seed: 7,
    createdAt: '2026-01-02T03:00:00.000Z',
    options: resolvePlanOptions({ seed: 7 }),
    settings: {},
    where: 'local',
    runtime: 'simulated',
    targets,
    ...dataSet,
    model,
    measurements,
  } as const;
  return { ...plan, hash: planHash(plan) };
};

/** A small run of every serving of the study, simulated from a seed: the same options give the same bytes. */
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
  // As plans do: an open loop shows its own rate and no limit.
  const noopLevels = levels.some(({ loop }) => loop === 'open') ? [closed(32)] : levels;
  const measurements = Array.from({ length: repeats }, (_, index) => index + 1).flatMap((repeat) =>
    scenarios.flatMap((scenario) =>
      targets.flatMap((target) =>
        engines.flatMap((engine) =>
          (engine === 'noop' ? noopLevels : levels).map((level) =>
            planMeasurement(target, engine, scenario, level, repeat, durationSeconds),
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
      ...targets.slice(0, 1).map(recordedCalibration),
      ...measurements.map((measurement) =>
        simulate(measurement, random, { noopLimitFactor, directShare, hasSeconds }),
      ),
    ],
  };
};
