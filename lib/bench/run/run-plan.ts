import { join } from 'node:path';
import { isRunningServer } from '../../../serving-configs/index.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import type { Measurement } from '../model/measurement.ts';
import type { Plan, SloSearch } from '../model/plan.ts';
import { searchOf } from '../plan/slo-search.ts';
import { isTuningMeasurement } from '../plan/tuning.ts';
import type { Environment, MachineLoad } from '../model/environment.ts';
import type {
  CompletedMeasurement,
  FailedMeasurement,
  RecordOrigin,
  ResultRecord,
  Schedule,
  Stopped,
} from '../model/record.ts';
import { calibrationCheck } from '../analysis/checks/calibration.ts';
import { nearLimits } from '../analysis/checks/noop-limit.ts';
import { endsSchedule, measurementRecords, schedulesOf } from '../analysis/records.ts';
import { stopAfter } from '../analysis/stop-after.ts';
import { tunedPlanOf } from '../analysis/tuning/progress.ts';
import { summarise } from '../analysis/summarise.ts';
import { resumeCommandOf } from '../plan/command-of-plan.ts';
import { asPiloted } from '../plan/pilot-windows.ts';
import { leastRepeats, mostRepeats, shortTimeText } from '../plan/max-time.ts';
import { FIRST_LOOK_REPEATS, lookRepeats } from '../stats/looks.ts';
import { sum } from '../stats/moments.ts';
import { announceRun } from '../results/other-runs.ts';
import { openResultsFile } from '../results/results-file.ts';
import { readEnvironment, readRecords, runFilesIn, upToRepeat } from '../results/run-folder.ts';
import { runPilot, startSideBySide } from './side-by-side.ts';
import { writeJsonFile } from '../results/write-atomically.ts';
import { createTestBed } from './test-bed.ts';
import { createEncodedRequests } from './encoded-requests.ts';
import type { RunInputs } from './inputs.ts';
import type { PreparedRun } from './prepare-run.ts';
import { collectEnvironment } from './collect-environment.ts';
import {
  createMeasurementQueue,
  createTimeLeft,
  type QueuedMeasurement,
  type TimeLeft,
} from './measurement-queue.ts';
import { earlierStartsOf, resumedAfter } from './earlier-starts.ts';
import { calibrate, isCalibrationDue } from './calibrate.ts';
import { beginMachineLoad, machineWarnings } from './machine-load.ts';
import { runMeasurement, runsBesideOthers, type MeasurementContext } from './run-measurement.ts';
import { type MeasurementPosition, type EmitRunEvent, isRunEnding } from './run-event.ts';
import { withRate } from './run-stability.ts';
import { createLocalSystem, type SystemUnderTest } from './servings/system-under-test.ts';
import { counted } from '../wording/format-number.ts';

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
const withResume = (error: unknown, { folder, plan }: ReadyRun): unknown => {
  const remedy = error instanceof BenchError ? REMEDIES[error.code] : undefined;
  if (!(error instanceof BenchError) || remedy === undefined) return error;
  return new BenchError(error.code, error.message, {
    hint: `${remedy}, then continue: ${resumeCommandOf(folder, plan)}; all finished measurements are kept`,
    cause: error,
  });
};

/** Runs a measurement and returns its record, completed or failed. Throws only errors that end the run. */
const recordOf = async (
  context: MeasurementContext,
  position: MeasurementPosition,
  records: readonly ResultRecord[],
): Promise<CompletedMeasurement | FailedMeasurement> => {
  const startedAt = new Date().toISOString();
  let { measurement } = position;
  const common = { kind: 'measurement', startedAt, ...context.origin } as const;
  try {
    measurement = withRate(measurement, records);
    const figures = await runMeasurement(context, { ...position, measurement });
    const finishedAt = new Date().toISOString();
    return { ...common, measurement, state: 'completed', finishedAt, ...figures };
  } catch (error) {
    context.signal.throwIfAborted();
    assertSpace(error);
    if (!(error instanceof BenchError) || isRunEnding(error)) throw error;
    // The state of the serving is unknown, so the next measurement must start it again.
    await context.testBed.system.stop(measurement.target.serving);
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
    delayPerInputMs: plan.options.delayPerInputMs,
  });

/** Writes down on which machine a run takes place, unless that is known. */
export const writeEnvironment = async (
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

/** What the measurements of a run share besides their context. */
interface RunningPlan {
  readonly context: MeasurementContext;
  readonly environment: Environment;
  /** All records so far; grows with `append`. */
  readonly records: readonly ResultRecord[];
  readonly append: (record: ResultRecord) => Promise<void>;
  readonly queue: ReturnType<typeof createMeasurementQueue>;
  /** The last repeat that an earlier start began; 0 if there is none. */
  readonly begunRepeats: number;
  /** How often each measurement was completed, by id, with earlier starts of the run. */
  readonly timesCompleted: ReadonlyMap<string, number>;
  readonly timeLeft: TimeLeft;
  readonly endBeforeMs: number;
  /** Calibrates again, and appends the record; undefined if a calibration that was off stays. */
  readonly calibrateRig: (() => Promise<void>) | undefined;
}

/** Calibrates again if the last calibration was off, because a disturbance may have ended. */
const recalibrate = async ({ records, calibrateRig }: RunningPlan): Promise<void> => {
  if (calibrationCheck(records).state === 'failed') await calibrateRig?.();
};

/** After the repeats 1, 2, 4, 8, …: while the machine is disturbed, calibrations are off and take long. */
const isCalibrationWorthwhile = (repeat: number): boolean => Number.isInteger(Math.log2(repeat));

/** How often the no-op limits of a level are measured, over all repeats, if a target comes near them. */
const LIMIT_MEASUREMENTS = 3;

/** Measures the no-op limits again that a target came near, because other programs may have disturbed them. The fastest record counts. */
const remeasureLimits = async (
  { context, records, append, timesCompleted }: RunningPlan,
  position: MeasurementPosition,
): Promise<void> => {
  const { plan, emit, signal } = context;
  const timesOf = (limits: readonly Measurement[]): number =>
    sum(limits.map(({ id }) => timesCompleted.get(id) ?? 0));
  for (;;) {
    const near = nearLimits([...measurementRecords(plan, records).completed.values()])
      .filter((limits) => timesOf(limits) < LIMIT_MEASUREMENTS)
      .flatMap((limits) => limits.slice(-1));
    if (near.length === 0) return;
    const limits = counted(near.length, 'no-op limit');
    emit({ event: 'preparing', what: `measuring ${limits} again, which a server came near` });
    for (const measurement of near) {
      signal.throwIfAborted();
      const record = await recordOf(context, { ...position, measurement }, records);
      if (record.state !== 'completed') return;
      await append(record);
    }
  }
};

/**
 * Plans how many repeats a run has that ends when it is decided, after its first repeat, or the first one since its time was up.
 *
 * @param secondsOfNext how long the next repeat takes; 0 if there is none
 */
const scheduleAfter = (
  { context: { plan }, endBeforeMs }: RunningPlan,
  repeat: number,
  secondsOfNext: number,
): Schedule => {
  const secondsLeft = (endBeforeMs - performance.now()) / 1000;
  const further = secondsOfNext === 0 ? 0 : Math.floor(Math.max(0, secondsLeft) / secondsOfNext);
  const least = Math.max(FIRST_LOOK_REPEATS, repeat);
  const most = Math.max(mostRepeats(plan), repeat);
  return { kind: 'schedule', repeats: Math.min(most, Math.max(least, repeat + further)) };
};

const wasClose = (records: readonly ResultRecord[]): boolean =>
  records.some((record) => record.kind === 'stopped' && record.why === 'close');

/**
 * Why a run that ends when it is decided ends after a repeat although it has time; undefined if it goes on.
 *
 * @param repeat the last one that is complete
 */
const whyStop = (
  { context: { plan }, environment, records }: RunningPlan,
  repeat: number,
): Exclude<Stopped['why'], 'time-up'> | undefined => {
  const [{ repeats: scheduled } = { repeats: 0 }, ...extensions] = schedulesOf(records);
  if (extensions.length === 0 && lookRepeats(scheduled).includes(repeat)) {
    const summary = summarise({ plan: upToRepeat(plan, repeat), environment, records });
    const why = stopAfter(summary, repeat, scheduled);
    // Who resumes a run that ended because its targets are close wants to know the rest.
    if (why === 'decided' || (why === 'close' && !wasClose(records))) return why;
  }
  return repeat >= (schedulesOf(records).at(-1)?.repeats ?? 0) ? 'all-measured' : undefined;
};

/**
 * Looks whether a run ends after a repeat, and writes down how many it plans.
 *
 * @param rest the measurements that are left
 * @returns why it ends; undefined if it goes on
 */
const endOf = async (
  running: RunningPlan,
  repeat: number,
  rest: readonly Measurement[],
): Promise<Stopped['why'] | undefined> => {
  const { context, records, append, timeLeft, endBeforeMs } = running;
  const nextRepeat = rest[0]?.repeat;
  const secondsOfNext = timeLeft.of(rest.filter((next) => next.repeat === nextRepeat));
  if (context.plan.options.ends === 'when-decided') {
    if (scheduledRepeats(records) === Infinity) {
      await append(scheduleAfter(running, repeat, secondsOfNext));
    }
    const why = whyStop(running, repeat);
    // The schedule of a run that was close may be too short to decide the rest.
    const isShort =
      why === 'all-measured' && wasClose(records) && schedulesOf(records).length === 1;
    const longer = isShort ? scheduleAfter(running, repeat, secondsOfNext) : undefined;
    if (longer !== undefined && longer.repeats > repeat) await append(longer);
    else if (why !== undefined) return why;
  }
  const isTimeUp =
    nextRepeat !== undefined &&
    nextRepeat > leastRepeats(context.plan) &&
    performance.now() + 1000 * secondsOfNext > endBeforeMs;
  return isTimeUp ? 'time-up' : undefined;
};

/** The repeats that a run plans; infinite until it knows, also after its time was up and it was resumed. */
const scheduledRepeats = (records: readonly ResultRecord[]): number => {
  const last = records.findLast((record) => record.kind === 'schedule' || endsSchedule(record));
  return last?.kind === 'schedule' ? last.repeats : Infinity;
};

/** What is known of the rest of a run. */
interface KnownRest extends Pick<RunningPlan, 'records' | 'timeLeft' | 'endBeforeMs'> {
  readonly plan: Plan;
}

/** The measurements that a run has left at most. */
const mostOf = (
  rest: readonly Measurement[],
  { plan, records }: KnownRest,
): readonly Measurement[] => {
  // A search has repeats of its own.
  if (plan.tuning !== undefined) return rest;
  const most = Math.min(mostRepeats(plan), scheduledRepeats(records));
  return rest.filter(({ repeat }) => repeat <= most);
};

/** The estimated time until a run has measured the rest, or its time is up and the least repeats are measured. */
const secondsLeft = (rest: readonly Measurement[], known: KnownRest): number => {
  const { plan, timeLeft, endBeforeMs } = known;
  const least = timeLeft.of(rest.filter(({ repeat }) => repeat <= leastRepeats(plan)));
  const untilLimit = (endBeforeMs - performance.now()) / 1000;
  return Math.min(timeLeft.of(mostOf(rest, known)), Math.max(least, untilLimit));
};

/** Where a run is with a measurement. One that ends when it is decided measures no more than it plans. */
const positionOf = (
  { measurement, rest, ...counts }: QueuedMeasurement,
  known: KnownRest,
): MeasurementPosition => {
  const common = { ...counts, measurement, secondsLeft: secondsLeft(rest, known) };
  if (known.plan.options.ends === 'with-repeats') return common;
  const after = Math.max(0, mostOf(rest, known).length - 1);
  return { ...common, total: counts.number + after, isBound: true };
};

/** Runs the measurements of a queue in order and writes a record of each, until the queue is empty or the run is over. */
const runQueue = async (running: RunningPlan): Promise<void> => {
  const { context, records, append, queue, begunRepeats, timeLeft } = running;
  const { plan, emit, signal } = context;
  const known = { ...running, plan };
  let repeat: number | undefined;
  for (let queued = queue.next(); queued !== undefined; queued = queue.next()) {
    signal.throwIfAborted();
    const { measurement, rest } = queued;
    const position = positionOf(queued, known);
    if (measurement.repeat !== repeat && context.order === 'side-by-side') {
      const ofRepeat = rest.filter((next) => next.repeat === measurement.repeat);
      await startSideBySide(context, position, ofRepeat, timeLeft);
    }
    ({ repeat } = measurement);
    const startedAt = performance.now();
    const record = await recordOf(context, position, records);
    await append(record);
    queue.note(record);
    if (record.state === 'completed') {
      const wasStarted = record.start !== undefined && !runsBesideOthers(context, measurement);
      timeLeft.finished(measurement, wasStarted, (performance.now() - startedAt) / 1000);
    }
    const [, ...further] = rest;
    emit({
      event: 'measurement-end',
      ...position,
      record,
      secondsLeft: secondsLeft(further, known),
    });
    // What failed in earlier starts is repeated first, and then all their repeats are judged.
    const complete = Math.max(repeat, begunRepeats);
    if ((further[0]?.repeat ?? Infinity) <= complete) continue;
    await remeasureLimits(running, position);
    const why = await endOf(running, complete, further);
    const isLast = why !== undefined || further.length === 0;
    if (isLast || isCalibrationWorthwhile(complete)) await recalibrate(running);
    if (why === undefined) continue;
    await append({ kind: 'stopped', why, repeats: complete });
    return;
  }
};

/** What a pilot does. */
const pilotWork = ({ targets }: Plan): string => {
  const servings = new Set(targets.map(({ serving }) => serving));
  const [who, they] = servings.size === 1 ? ['server', 'it answers'] : ['servers', 'they answer'];
  const isStarted = [...servings].some((serving) => !isRunningServer(serving));
  if (!isStarted) return `asking the ${who} once, to see how fast ${they}`;
  return `starting the ${who}, to see ${servings.size === 1 ? `how fast ${they}` : 'whether they fit side by side'}`;
};

/**
 * Runs the measurements of a plan that have no record or have failed, in order, and writes a record of each. A failed measurement
 * does not end the run. Stops everything that it started, however it ends.
 *
 * @throws BenchError if the run cannot continue; the signal's reason if it was aborted.
 */
export const runPlan = async (request: ReadyRun): Promise<void> => {
  const { folder, plan, imagesDir, judge, emit, signal, share } = request;
  const { endBeforeMs = Infinity } = request;
  const { measurements, searches = [] } = share ?? plan;
  const tuned = tunedPlanOf(plan);
  signal.throwIfAborted();
  const files = runFilesIn(folder);
  const results = await openResultsFile(files.results);
  const { dropped } = results;
  if (dropped !== undefined) emit({ event: 'half-line-dropped', dropped });
  const { records: earlier, timesCompleted } = await readRecords(folder, plan);
  const records = [...earlier];
  const append = async (record: ResultRecord): Promise<void> => {
    await results.append({ ...record, planHash: plan.hash });
    records.push(record);
    if (record.kind !== 'measurement' || record.state === 'failed') return;
    const { id } = record.measurement;
    timesCompleted.set(id, (timesCompleted.get(id) ?? 0) + 1);
  };
  const { finished, begunRepeats, isOver } = earlierStartsOf(records);
  const { others, leave } = await announceRun(folder);
  const endMachineLoad = beginMachineLoad(others);
  const shortTime = shortTimeText(
    { ...plan, measurements: measurements.filter(({ id }) => !finished.has(id)) },
    plan,
  );
  if (shortTime !== undefined) emit({ event: 'warning', text: `! ${shortTime}` });
  const testBed = createTestBed(plan, request, share?.system ?? (await localSystemOf(request)));
  const requests = createEncodedRequests(plan.images.map(({ file }) => join(imagesDir, file)));
  try {
    emit({ event: 'preparing', what: 'starting the middleware' });
    const { processes } = await testBed.middleware();
    const machineLoad = await endMachineLoad();
    for (const text of machineWarnings(machineLoad)) emit({ event: 'warning', text });
    const environment = await writeEnvironment(request, processes, machineLoad);
    const hasMeasurementsLeft =
      !isOver &&
      (searches.length > 0 ||
        tuned !== undefined ||
        measurements.some(({ id }) => !finished.has(id)));
    const calibrateRig = async (): Promise<void> => {
      const calibration = await calibrate({ plan, imagesDir, judge, testBed, emit, signal });
      if (calibration === undefined) return;
      await append({ ...calibration, ...share?.origin });
      emit({ event: 'calibration-end', calibration });
    };
    if (hasMeasurementsLeft && records.length > 0 && share === undefined) {
      await append(resumedAfter(records));
    }
    if (hasMeasurementsLeft && isCalibrationDue(records, environment)) await calibrateRig();
    const ids = new Set(measurements.map(({ id }) => id));
    const isOfThisRunner = (id: string): boolean =>
      ids.has(id) || searchOf(searches, { id }) !== undefined || isTuningMeasurement({ id });
    const queueOf = (queued: readonly Measurement[]) =>
      createMeasurementQueue({ searches, tuned }, queued, ({ id }) => finished.has(id), records);
    emit({
      event: 'run-start',
      plan,
      total: queueOf(measurements).total,
      finishedMeasurements: [...finished].filter(isOfThisRunner).length,
    });
    const starting: MeasurementContext = {
      plan,
      order: plan.options.order,
      starts: new WeakMap(),
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
    if (!hasMeasurementsLeft) return;
    const timeLeft = createTimeLeft(plan);
    const first = queueOf(measurements).next();
    let pilot = records.find((record) => record.kind === 'pilot');
    if (pilot === undefined && plan.options.order === 'side-by-side' && first !== undefined) {
      emit({ event: 'preparing', what: pilotWork(plan) });
      const ofRepeat = first.rest.filter(({ repeat }) => repeat === first.measurement.repeat);
      const position = positionOf(first, { plan, records, timeLeft, endBeforeMs });
      pilot = await runPilot(starting, position, ofRepeat, timeLeft);
      await append(pilot);
      emit({ event: 'pilot-end', pilot });
    }
    await runQueue({
      context: { ...starting, order: pilot?.order ?? plan.options.order },
      environment,
      records,
      append,
      timesCompleted,
      timeLeft,
      queue: queueOf(pilot === undefined ? measurements : asPiloted(pilot, plan, measurements)),
      begunRepeats,
      endBeforeMs,
      // A node pair has its own rig, and its records are judged together with those of others.
      calibrateRig: share === undefined ? calibrateRig : undefined,
    });
  } catch (error) {
    throw withResume(error, request);
  } finally {
    await testBed.stop();
    await requests.remove();
    await results.close();
    await leave();
  }
};
