import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeCalibration, calibrationCheck } from '../analysis/checks/calibration.ts';
import type { Environment } from '../model/environment.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import type { LoadResult } from '../model/load-result.ts';
import type { Plan } from '../model/plan.ts';
import type { Calibration, CalibrationTry, ResultRecord } from '../model/record.ts';
import { type CalibrationTask, calibrationTaskOf, onSlowRig } from '../plan/calibration-task.ts';
import { whileAlive } from './rig.ts';
import type { LoadJob } from '../load/job.ts';
import { inferUrl, post } from './infer.ts';
import { requestsOf } from './take-measurement.ts';
import { type Alive, type MeasurementContext, needed } from './run-measurement.ts';
import { isRunEnding } from './run-event.ts';

/**
 * Whether a run that starts or resumes must measure a known latency: not if it already did on the same machines. It must again
 * on replaced nodes, after a calibration without figures, and after a wrong one before any measurement.
 *
 * @param records of the machine or pair, in the order in which they were written
 * @param environment with the nodes that measure now
 */
export const isCalibrationDue = (
  records: readonly ResultRecord[],
  { aws }: Pick<Environment, 'aws'>,
): boolean => {
  const since = aws?.pairs.at(-1)?.since;
  const sinceMs = since === undefined ? -Infinity : Date.parse(since);
  const last = records.findLastIndex(
    (record) =>
      record.kind === 'calibration' &&
      record.state === 'completed' &&
      record.tries.some(({ startedAt }) => Date.parse(startedAt) >= sinceMs),
  );
  const calibration = records[last];
  if (calibration?.kind !== 'calibration') return true;
  const isMeasured = records
    .slice(last)
    .some((record) => record.kind === 'measurement' && record.state === 'completed');
  return !isMeasured && calibrationCheck([calibration]).state === 'failed';
};

/** Large tensors take the rig a second, and users of a closed loop wait for each other. */
const TIMEOUT_MS = 30_000;
/** Enough that one of them waited for nothing else. */
const FIRST_REQUESTS = 3;
const MOST_TRIES = 3;

export type CalibrationContext = Pick<
  MeasurementContext,
  'plan' | 'imagesDir' | 'judge' | 'rig' | 'emit' | 'signal'
>;

const tryOf = (load: LoadResult, roundTripMs: number | undefined): CalibrationTry => {
  const { startedAt, durationSeconds, succeeded, failed, requestRatePerSecond } = load;
  const { total, upstream } = load.phases;
  return {
    startedAt,
    durationSeconds,
    succeeded,
    failed,
    requestRatePerSecond,
    meanMs: load.latency.meanMs,
    minMs: load.latency.minMs,
    ownMs: Math.max(0, (total?.meanMs ?? 0) - (upstream?.meanMs ?? 0)),
    roundTripMs,
  };
};

/** The smallest file: the cost of images is not the question, and large ones would hide the rest. */
const smallestOf = async (
  images: Plan['images'],
  imagesDir: string,
): Promise<readonly [Plan['images'][number]]> => {
  const sized = await Promise.all(
    images.map(async (image) => {
      const { size } = await stat(join(imagesDir, image.file));
      return { image, size };
    }),
  );
  const [least] = sized.toSorted((one, other) => one.size - other.size);
  if (least === undefined) throw new BenchError('BENCH_CALIBRATION', 'there are no images');
  return [least.image];
};

const measureOnce = async (
  context: CalibrationContext,
  { target, virtualUsers, warmupSeconds, durationSeconds }: CalibrationTask,
  { serving, middleware }: Alive,
  expect: LoadJob['expect'],
): Promise<CalibrationTry> => {
  const { plan, imagesDir, rig, signal } = context;
  const roundTripMs = await serving.roundTripMs?.(signal);
  const load = await rig.load.run(
    {
      ...requestsOf({ plan, target, engine: 'delay', middleware, imagesDir, expect }),
      seed: plan.seed,
      level: { loop: 'closed', virtualUsers },
      warmupSeconds,
      durationSeconds,
      timeoutMs: TIMEOUT_MS,
    },
    () => undefined,
    signal,
  );
  return tryOf(load, roundTripMs);
};

/**
 * One answer, and how long the rig took for a request of which it did nothing else: the least of a few.
 *
 * @throws BenchError if a target that is up gives no answer.
 */
const askFirst = async (
  { plan, imagesDir, signal }: CalibrationContext,
  { target, delayMs }: CalibrationTask,
  { middleware }: Alive,
): Promise<{ readonly body: Buffer; readonly rigMs: number }> => {
  const [smallest] = await smallestOf(plan.images, imagesDir);
  const url = inferUrl(middleware.url, target, 'delay');
  let body: Buffer = Buffer.alloc(0);
  let rigMs = Infinity;
  for (let count = 0; count < FIRST_REQUESTS; count += 1) {
    const answered = await post(url, join(imagesDir, smallest.file), TIMEOUT_MS, signal);
    if (!answered.ok) {
      throw new BenchError('BENCH_CALIBRATION', `the first request failed: ${answered.error}`);
    }
    ({ body } = answered);
    rigMs = Math.min(rigMs, answered.tookMs - delayMs);
  }
  return { body, rigMs };
};

/** @throws BenchError if the run cannot continue. */
const measure = async (
  context: CalibrationContext,
  task: CalibrationTask,
  alive: Alive,
  answer: Buffer,
  onTry: (one: CalibrationTry) => void,
): Promise<void> => {
  const { plan, imagesDir, judge, emit } = context;
  const smallest = await smallestOf(plan.images, imagesDir);
  // The serving says about every input what it says about this one.
  const expect = judge.expectSame(answer);
  const isDrawn = plan.options.middleware?.imagesDrawnBy === 'middleware';
  const images = isDrawn ? plan.images : smallest;
  for (let number = 1; number <= MOST_TRIES; number += 1) {
    const one = await measureOnce({ ...context, plan: { ...plan, images } }, task, alive, expect);
    onTry(one);
    if (judgeCalibration(task, one).isRight) return;
    if (number < MOST_TRIES) {
      const what = `the calibration was off; trying again, ${number + 1} of ${MOST_TRIES}`;
      emit({ event: 'preparing', what });
    }
  }
};

/**
 * Measures a serving of known latency with the run's own middleware and load generator, which shows whether they measure right.
 * An error is its result, unless it would end every measurement. Its serving stays in the slot until the first measurement
 * starts its own.
 *
 * @returns undefined if the plan has no target.
 * @throws BenchError if the run cannot continue; the signal's reason if it was aborted.
 */
export const calibrate = async (context: CalibrationContext): Promise<Calibration | undefined> => {
  const { plan, rig, emit, signal } = context;
  const { slot } = rig;
  const planned = calibrationTaskOf(plan);
  if (planned === undefined) return undefined;
  let task = planned;
  const { target, virtualUsers } = task;
  const tries: CalibrationTry[] = [];
  const start = async (): Promise<Alive> => {
    const { delayMs } = task;
    emit({ event: 'preparing', what: `calibrating with a known latency of ${delayMs} ms` });
    const serving = await slot.startDelayed(target.serving, delayMs, signal);
    return { serving, middleware: await rig.middleware() };
  };
  const resultOf = () =>
    ({ kind: 'calibration', target, virtualUsers, delayMs: task.delayMs, tries }) as const;
  try {
    let alive = await start();
    const { body, rigMs } = await whileAlive(needed(alive, target), signal, (either) =>
      askFirst({ ...context, signal: either }, planned, alive),
    );
    task = onSlowRig(planned, rigMs);
    if (task !== planned) alive = await start();
    await whileAlive(needed(alive, target), signal, (either) =>
      measure({ ...context, signal: either }, task, alive, body, (one) => void tries.push(one)),
    );
    return { ...resultOf(), state: 'completed' };
  } catch (error) {
    signal.throwIfAborted();
    if (isRunEnding(error)) throw error;
    return { ...resultOf(), state: 'failed', reason: messageOf(error) };
  }
};
