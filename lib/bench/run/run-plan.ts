import { join } from 'node:path';
import { BenchError, messageOf } from '../model/errors.ts';
import type { Measurement } from '../model/measurement.ts';
import type { Plan, SloSearch } from '../model/plan.ts';
import { searchOf } from '../plan/slo-search.ts';
import type { Environment, MachineLoad } from '../model/environment.ts';
import type {
  CompletedMeasurement,
  FailedMeasurement,
  RecordOrigin,
  ResultRecord,
} from '../model/record.ts';
import { MIN_REPEATS } from '../stats/judgement.ts';
import { announceRun } from '../results/other-runs.ts';
import { openResultsFile } from '../results/results-file.ts';
import { readEnvironment, readRecords, runFilesIn } from '../results/run-folder.ts';
import { writeJsonFile } from '../results/write-atomically.ts';
import { createTestBed } from './test-bed.ts';
import { createEncodedRequests } from './encoded-requests.ts';
import type { RunInputs } from './inputs.ts';
import type { PreparedRun } from './prepare-run.ts';
import { collectEnvironment } from './collect-environment.ts';
import {
  createMeasurementQueue,
  type QueuedMeasurement,
  createTimeLeft,
  type TimeLeft,
} from './measurement-queue.ts';
import { calibrate, isCalibrationDue } from './calibrate.ts';
import { machineWarnings, readMachineLoad } from './machine-load.ts';
import { runMeasurement, type MeasurementContext } from './run-measurement.ts';
import { type MeasurementPosition, type EmitRunEvent, isRunEnding } from './run-event.ts';
import { withRate } from './run-stability.ts';
import { createLocalSystem, type SystemUnderTest } from './servings/system-under-test.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';

/** A prepared run, with what it needs until its end. */
export interface ReadyRun
  extends
    Pick<RunInputs, 'imagesDir' | 'dataSetDir' | 'source' | 'judge'>,
    Pick<PreparedRun, 'servers'> {
  /** A run folder that this process has locked. */
  readonly folder: string;
  readonly plan: Plan;
  readonly emit: EmitRunEvent;
  /** Its abort reason becomes the error of the run. */
  readonly signal: AbortSignal;
  /** Time limit on the clock of `performance.now()`, see `RunSettings.maxSeconds`; undefined: none. */
  readonly endBeforeMs?: number | undefined;
  /** Given on an AWS node, whose pair runs a part of the plan. */
  readonly share?: RunShare;
}

/** One node pair's part of a plan. */
export interface RunShare {
  readonly origin: RecordOrigin;
  readonly repeats: readonly number[];
  /** The measurements of this part, in the order of the plan. */
  readonly measurements: readonly Measurement[];
  /** The searches of this part, which run after its measurements. */
  readonly searches: readonly SloSearch[];
  readonly system: SystemUnderTest;
  /** Adds the nodes of the pair to the description of this machine. */
  readonly describeEnvironment: (known: Environment) => Promise<Environment>;
}

/** A full disk ends the run, because no measurement could succeed. */
const assertSpace = (error: unknown): void => {
  if (!messageOf(error).includes('ENOSPC')) return;
  throw new BenchError('BENCH_DISK_FULL', `the disk is full: ${messageOf(error)}`, {
    cause: error,
  });
};

/** What the user must do before the run can continue, by error code. */
const REMEDIES: Readonly<Record<string, string>> = {
  BENCH_DISK_FULL: 'make room',
  BENCH_NO_DOCKER: 'start the Docker daemon again',
};

/** Adds to an error how the run can be continued, if there is a remedy. */
const withResume = (error: unknown, folder: string): unknown => {
  const remedy = error instanceof BenchError ? REMEDIES[error.code] : undefined;
  if (!(error instanceof BenchError) || remedy === undefined) return error;
  return new BenchError(error.code, error.message, {
    hint: `${remedy}, then continue: npx serving-compare run --resume ${shellWord(folder)}; all finished measurements are kept`,
    cause: error,
  });
};

/** Runs a measurement and returns its record, completed or failed. Throws only errors that end the run. */
const recordOf = async (
  context: MeasurementContext,
  position: MeasurementPosition,
  previous: Measurement | undefined,
  records: readonly ResultRecord[],
): Promise<CompletedMeasurement | FailedMeasurement> => {
  const startedAt = new Date().toISOString();
  let { measurement } = position;
  const common = { kind: 'measurement', startedAt, ...context.origin } as const;
  try {
    measurement = withRate(measurement, records);
    const figures = await runMeasurement(context, { ...position, measurement }, previous);
    const finishedAt = new Date().toISOString();
    return { ...common, measurement, state: 'completed', finishedAt, ...figures };
  } catch (error) {
    context.signal.throwIfAborted();
    assertSpace(error);
    if (!(error instanceof BenchError) || isRunEnding(error)) throw error;
    // The state of the serving is unknown, so the next measurement must start it again.
    await context.testBed.system.stop();
    const { code, hint } = error;
    const message = hint === undefined ? error.message : `${error.message}; ${hint}`;
    const finishedAt = new Date().toISOString();
    return { ...common, measurement, state: 'failed', finishedAt, code, message };
  }
};

const localSystemOf = ({
  plan,
  servers,
  source,
}: Pick<ReadyRun, 'plan' | 'servers' | 'source'>): Promise<SystemUnderTest> =>
  createLocalSystem({
    ...plan,
    servings: [...new Set(plan.targets.map(({ serving }) => serving))],
    servers,
    model: source,
    delayMs: plan.options.delayMs,
  });

const writeEnvironment = async (
  { folder, plan, share }: ReadyRun,
  middlewareProcesses: number,
  machineLoad: MachineLoad,
): Promise<Environment> => {
  const before = await readEnvironment(folder);
  if (before !== undefined && share === undefined) return before;
  const processes = { middleware: middlewareProcesses, serving: 1, load: 1 };
  const known = before ?? { ...(await collectEnvironment(plan, processes)), machineLoad };
  const environment = share === undefined ? known : await share.describeEnvironment(known);
  await writeJsonFile(runFilesIn(folder).environment, environment);
  return environment;
};

/** Whether a measurement begins a repeat that would exceed the time limit. The repeats that verdicts need are always measured. */
const isTimeUp = (
  { measurement, rest }: Pick<QueuedMeasurement, 'measurement' | 'rest'>,
  previousRepeat: number | undefined,
  timeLeft: TimeLeft,
  endBeforeMs: number,
): boolean => {
  const { repeat } = measurement;
  if (repeat === previousRepeat || repeat <= MIN_REPEATS) return false;
  const seconds = timeLeft.of(rest.filter((next) => next.repeat === repeat));
  return performance.now() + 1000 * seconds > endBeforeMs;
};

/**
 * Runs the measurements of a queue in order and writes a record of each, until the queue is empty or the time is up.
 *
 * @param known the records so far
 */
const runQueue = async (
  context: MeasurementContext,
  queue: ReturnType<typeof createMeasurementQueue>,
  known: readonly ResultRecord[],
  append: (record: ResultRecord) => Promise<void>,
  endBeforeMs: number,
): Promise<void> => {
  const { plan, emit, signal } = context;
  const records = [...known];
  const timeLeft = createTimeLeft(plan);
  const secondsLeft = (rest: readonly Measurement[]): number => {
    const least = timeLeft.of(rest.filter((next) => next.repeat <= MIN_REPEATS));
    const untilLimit = (endBeforeMs - performance.now()) / 1000;
    return Math.min(timeLeft.of(rest), Math.max(least, untilLimit));
  };
  let previous: Measurement | undefined;
  let repeat: number | undefined;
  for (let queued = queue.next(); queued !== undefined; queued = queue.next()) {
    signal.throwIfAborted();
    const { measurement, rest, ...counts } = queued;
    if (isTimeUp(queued, repeat, timeLeft, endBeforeMs)) {
      await append({ kind: 'time-up', repeats: measurement.repeat - 1 });
      return;
    }
    ({ repeat } = measurement);
    const startedAt = performance.now();
    const position = { ...counts, measurement, secondsLeft: secondsLeft(rest) };
    const record = await recordOf(context, position, previous, records);
    records.push(record);
    await append(record);
    queue.note(record);
    if (record.state === 'completed') {
      timeLeft.finished(measurement, previous, (performance.now() - startedAt) / 1000);
    }
    previous = record.state === 'completed' ? measurement : undefined;
    emit({
      event: 'measurement-end',
      ...position,
      record,
      secondsLeft: secondsLeft(rest.slice(1)),
    });
  }
};

/**
 * Runs the measurements of a plan that have no record or have failed, in order, and writes a record of each. A failed measurement
 * does not end the run. Stops everything that it started, however it ends.
 *
 * @throws BenchError if the run cannot continue; the signal's reason if it was aborted.
 */
export const runPlan = async (request: ReadyRun): Promise<void> => {
  const { folder, plan, imagesDir, judge, emit, signal, share } = request;
  const { measurements, searches = [] } = share ?? plan;
  signal.throwIfAborted();
  const files = runFilesIn(folder);
  const results = await openResultsFile(files.results);
  const { dropped } = results;
  if (dropped !== undefined) emit({ event: 'half-line-dropped', dropped });
  const append = (record: ResultRecord): Promise<void> =>
    results.append({ ...record, planHash: plan.hash });
  const records = await readRecords(folder, plan);
  // Measurements that failed in an earlier start are repeated.
  const finished = new Set(
    records.flatMap((record) =>
      record.kind === 'measurement' && record.state !== 'failed' ? [record.measurement.id] : [],
    ),
  );
  // Before this run itself loads the machine.
  const { others, leave } = await announceRun(folder);
  const machineLoad = readMachineLoad(others);
  for (const text of machineWarnings(machineLoad)) emit({ event: 'warning', text });
  const testBed = createTestBed(plan, request, share?.system ?? (await localSystemOf(request)));
  const requests = createEncodedRequests(plan.images.map(({ file }) => join(imagesDir, file)));
  try {
    emit({ event: 'preparing', what: 'starting the middleware' });
    const { processes } = await testBed.middleware();
    const environment = await writeEnvironment(request, processes, machineLoad);
    const hasMeasurementsLeft =
      searches.length > 0 || measurements.some(({ id }) => !finished.has(id));
    if (hasMeasurementsLeft && isCalibrationDue(records, environment)) {
      const calibration = await calibrate({ plan, imagesDir, judge, testBed, emit, signal });
      if (calibration !== undefined) {
        await append({ ...calibration, ...share?.origin });
        emit({ event: 'calibration-end', calibration });
      }
    }
    const queue = createMeasurementQueue(
      { searches },
      measurements,
      ({ id }) => finished.has(id),
      records,
    );
    const ids = new Set(measurements.map(({ id }) => id));
    const isOfThisRunner = (id: string): boolean =>
      ids.has(id) || searchOf(searches, { id }) !== undefined;
    emit({
      event: 'run-start',
      plan,
      total: queue.total,
      finishedMeasurements: [...finished].filter(isOfThisRunner).length,
    });
    const context: MeasurementContext = {
      plan,
      imagesDir,
      samplesDir: files.samples,
      judge,
      testBed,
      requests,
      answerChecks: new Map(),
      origin: share?.origin,
      onCheck: async (answerCheck) => {
        await append({ ...answerCheck, ...share?.origin });
        emit({ event: 'check-end', answerCheck });
      },
      emit,
      signal,
    };
    await runQueue(context, queue, records, append, request.endBeforeMs ?? Infinity);
  } catch (error) {
    throw withResume(error, folder);
  } finally {
    await testBed.stop();
    await requests.remove();
    await results.close();
    await leave();
  }
};
