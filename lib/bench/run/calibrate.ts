import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeCalibration, calibrationCheck } from '../analysis/checks/calibration.ts';
import type { Environment } from '../model/environment.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import type { LoadResult } from '../model/load-result.ts';
import type { Plan } from '../model/plan.ts';
import type { Calibration, CalibrationTry, ResultRecord } from '../model/record.ts';
import { type CalibrationTask, calibrationTaskOf, onSlowRig } from '../plan/calibration-task.ts';
import { whileAlive } from './test-bed.ts';
import type { LoadJob } from '../load/job.ts';
import { inferUrl, post } from './middleware-requests.ts';
import { requestsOf } from './load-requests.ts';
import { type Alive, type MeasurementContext, neededProcesses } from './run-measurement.ts';
import { isRunEnding } from './run-event.ts';

/**
 * Whether a run that starts or resumes must calibrate. False if this machine or these nodes were calibrated, unless that failed, or was
 * inaccurate and, on nodes, nothing was measured after it.
 *
 * @param records of this machine or pair, in the order in which they were written
 * @param environment describes the current nodes
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
  const isOff = calibrationCheck([calibration]).state === 'failed';
  return isOff && (aws === undefined || !isMeasured);
};

/** Large tensors take the rig a second each, and virtual users queue. */
const TIMEOUT_MS = 30_000;
/** Enough that at least one of them is not delayed by other work. */
const FIRST_REQUESTS = 3;
const MAX_TRIES = 3;

export type CalibrationContext = Pick<
  MeasurementContext,
  'plan' | 'imagesDir' | 'judge' | 'testBed' | 'emit' | 'signal'
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

/** The smallest input. Decoding a large one would hide the errors that calibration looks for. */
const smallestImage = async ({
  plan,
  imagesDir,
}: Pick<CalibrationContext, 'plan' | 'imagesDir'>): Promise<Plan['images'][number]> => {
  const sized = await Promise.all(
    plan.images.map(async (image) => {
      const { size } = await stat(join(imagesDir, image.file));
      return { image, size };
    }),
  );
  const [smallest] = sized.toSorted((a, b) => a.size - b.size);
  if (smallest === undefined) throw new BenchError('BENCH_CALIBRATION', 'there are no images');
  return smallest.image;
};

const measureOnce = async (
  context: CalibrationContext,
  { target, virtualUsers, warmupSeconds, durationSeconds }: CalibrationTask,
  { serving, middleware }: Alive,
  expect: LoadJob['expect'],
): Promise<CalibrationTry> => {
  const { plan, imagesDir, testBed, signal } = context;
  const roundTripMs = serving.place === 'node' ? await serving.roundTripMs(signal) : undefined;
  const load = await testBed.load.run(
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
 * Sends a few single requests. Returns an answer, and the shortest time that the rig itself took for a request.
 *
 * @throws BenchError if the running target does not answer.
 */
const sendFirstRequests = async (
  context: CalibrationContext,
  { target, delayMs }: CalibrationTask,
  { middleware }: Alive,
): Promise<{ readonly body: Buffer; readonly rigMs: number }> => {
  const file = join(context.imagesDir, (await smallestImage(context)).file);
  const url = inferUrl(middleware.url, target, 'delay');
  let body: Buffer = Buffer.alloc(0);
  let rigMs = Infinity;
  for (let count = 0; count < FIRST_REQUESTS; count += 1) {
    const answered = await post(url, file, TIMEOUT_MS, context.signal);
    if (!answered.ok) {
      throw new BenchError('BENCH_CALIBRATION', `the first request failed: ${answered.error}`);
    }
    ({ body } = answered);
    rigMs = Math.min(rigMs, answered.tookMs - delayMs);
  }
  return { body, rigMs };
};

/** Measures until a try is accurate, at most {@link MAX_TRIES} times. */
const measure = async (
  context: CalibrationContext,
  task: CalibrationTask,
  alive: Alive,
  answer: Buffer,
  onTry: (measured: CalibrationTry) => void,
): Promise<void> => {
  const { plan, judge, emit } = context;
  // The delay engine answers every input the same.
  const expect = judge.expectSame(answer);
  const isDrawn = plan.options.middleware?.imagesDrawnBy === 'middleware';
  const images = isDrawn ? plan.images : [await smallestImage(context)];
  const calibrated = { ...context, plan: { ...plan, images } };
  for (let number = 1; number <= MAX_TRIES; number += 1) {
    const measured = await measureOnce(calibrated, task, alive, expect);
    onTry(measured);
    if (judgeCalibration(task, measured).state === 'passed') return;
    if (number < MAX_TRIES) {
      const what = `the calibration was off; trying again, ${number + 1} of ${MAX_TRIES}`;
      emit({ event: 'preparing', what });
    }
  }
};

/**
 * Measures a serving of known latency with the middleware and load generator of the run, which shows whether they measure
 * correctly. An error becomes part of the result, unless it would also end every measurement. The serving keeps running until
 * the first measurement starts another.
 *
 * @returns undefined if the plan has no target.
 * @throws BenchError if the run cannot continue; the signal's reason if it was aborted.
 */
export const calibrate = async (context: CalibrationContext): Promise<Calibration | undefined> => {
  const { plan, testBed, emit, signal } = context;
  const { system } = testBed;
  const planned = calibrationTaskOf(plan);
  if (planned === undefined) return undefined;
  let task = planned;
  const { target, virtualUsers } = task;
  const tries: CalibrationTry[] = [];
  const start = async (how: string): Promise<Alive> => {
    const { delayMs } = task;
    emit({ event: 'preparing', what: `calibrating with a known latency of ${delayMs} ms${how}` });
    const serving = await system.startDelayed(target, delayMs, signal);
    return { serving, middleware: await testBed.middleware() };
  };
  const resultOf = () =>
    ({ kind: 'calibration', target, virtualUsers, delayMs: task.delayMs, tries }) as const;
  try {
    let alive = await start('');
    const { body, rigMs } = await whileAlive(neededProcesses(alive, target), signal, (anySignal) =>
      sendFirstRequests({ ...context, signal: anySignal }, planned, alive),
    );
    task = onSlowRig(planned, rigMs);
    if (task !== planned) {
      const ownMs = Math.ceil(rigMs);
      alive = await start(`, because the rig itself takes ${ownMs} ms for a request of this size`);
    }
    await whileAlive(neededProcesses(alive, target), signal, (anySignal) =>
      measure({ ...context, signal: anySignal }, task, alive, body, (measured) => {
        tries.push(measured);
      }),
    );
    return { ...resultOf(), state: 'completed' };
  } catch (error) {
    signal.throwIfAborted();
    if (isRunEnding(error)) throw error;
    return { ...resultOf(), state: 'failed', reason: messageOf(error) };
  }
};
