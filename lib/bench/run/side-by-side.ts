import { freemem, totalmem } from 'node:os';
import { MAX_IDLE_SHARE } from '../analysis/verdicts/pairing.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import type { LoadResult } from '../model/load-result.ts';
import { levelId, type Level, type Measurement } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { Pilot } from '../model/record.ts';
import { pilotOf } from '../plan/pilot-windows.ts';
import { requestsOf, seedOf } from './load-requests.ts';
import type { TimeLeft } from './measurement-queue.ts';
import { isRunEnding, type MeasurementPosition } from './run-event.ts';
import {
  checkKey,
  makeReady,
  neededProcesses,
  runningStart,
  startServing,
  type Alive,
  type MeasurementContext,
} from './run-measurement.ts';
import { whileAlive } from './test-bed.ts';

/** Memory that stays free for everything else, as a share of the machine's. */
const SPARE_MEMORY = 0.1;

const MIB = 1024 * 1024;

/** Memory that caches hold counts as free. */
const hasRoomFor = (idleMiB: number): boolean =>
  freemem() >= idleMiB * MIB + SPARE_MEMORY * totalmem();

/** The first measurement of each serving that runs beside others. */
const firstOfEachServing = (
  { options }: Plan,
  measurements: readonly Measurement[],
): readonly Measurement[] =>
  measurements.filter(
    ({ engine, target }, index) =>
      engine === options.engine &&
      measurements.findIndex((other) => other.target.serving === target.serving) === index,
  );

const startTimed = async (
  context: MeasurementContext,
  position: MeasurementPosition,
  timeLeft: TimeLeft,
): ReturnType<typeof startServing> => {
  const begunAt = performance.now();
  const start = await startServing(context, position);
  timeLeft.startedBeside((performance.now() - begunAt) / 1000);
  return start;
};

/**
 * Starts all servings of a repeat beside each other, in the order in which they are measured first.
 *
 * @param measurements of the repeat
 * @returns why they cannot run side by side; undefined if they do
 * @throws BenchError if the run cannot continue; the signal's reason if it was aborted.
 */
export const startSideBySide = async (
  context: MeasurementContext,
  position: MeasurementPosition,
  measurements: readonly Measurement[],
  timeLeft: TimeLeft,
): Promise<Pilot['because']> => {
  const { plan, testBed, signal } = context;
  const firsts = firstOfEachServing(plan, measurements);
  const accelerated = firsts.filter(
    ({ target }) => plan.served?.[target.serving]?.accelerator === 'gpu',
  );
  if (accelerated.length > 1) return 'accelerator';
  let largestMiB = 0;
  for (const measurement of firsts) {
    if (!hasRoomFor(largestMiB)) return 'memory';
    try {
      const { serving, idleCpuShare = 0 } =
        runningStart(context, measurement) ??
        (await startTimed(context, { ...position, measurement }, timeLeft));
      if (idleCpuShare > MAX_IDLE_SHARE) return 'busy-idle';
      if (serving.place === 'local') {
        largestMiB = Math.max(largestMiB, serving.idleMemoryMiB ?? 0);
      }
    } catch (error) {
      signal.throwIfAborted();
      if (isRunEnding(error)) throw error;
      context.emit({ event: 'warning', text: messageOf(error) });
      await testBed.system.stop(measurement.target.serving);
      return 'not-started';
    }
  }
  return undefined;
};

/** Long enough for a share of an answer. */
const PILOT_SECONDS = 0.2;

/** A short load of a target at a level; undefined in an open loop. */
const askBriefly = async (
  context: MeasurementContext,
  measurement: Measurement,
  alive: Alive,
): Promise<LoadResult | undefined> => {
  const { plan, testBed, imagesDir, judge, answerChecks, signal } = context;
  const { level, target, engine, timeoutMs } = measurement;
  if (level.loop === 'open') return undefined;
  const expect = judge.expect(measurement, answerChecks.get(checkKey(measurement)));
  return whileAlive(neededProcesses(alive, target), signal, (anySignal) =>
    testBed.load.run(
      {
        ...requestsOf({ plan, target, engine, middleware: alive.middleware, imagesDir, expect }),
        seed: seedOf(plan, measurement),
        level,
        warmupSeconds: 0,
        durationSeconds: PILOT_SECONDS,
        timeoutMs,
      },
      () => undefined,
      anySignal,
    ),
  );
};

/** How long a target takes for an answer; undefined if it gave none. */
const responseMs = (level: Level, load: LoadResult | undefined): number | undefined =>
  level.loop === 'open' || load === undefined || load.requestRatePerSecond === 0
    ? undefined
    : (1000 * level.virtualUsers) / load.requestRatePerSecond;

/**
 * Starts the servings of the first repeat and checks their answers, to find out whether they can run side by side, and how long windows
 * must be. A target that fails has its own record later.
 *
 * @param measurements of the repeat
 * @throws BenchError if the run cannot continue; the signal's reason if it was aborted.
 */
export const runPilot = async (
  context: MeasurementContext,
  position: MeasurementPosition,
  measurements: readonly Measurement[],
  timeLeft: TimeLeft,
): Promise<Pilot> => {
  const { plan, testBed, signal } = context;
  const because = await startSideBySide(context, position, measurements, timeLeft);
  const slowest = new Map<string, number>();
  const faulty: NonNullable<Pilot['faulty']>[number][] = [];
  if (because !== undefined) await testBed.system.stop();
  const asked = measurements.filter(
    ({ engine, block }) => engine === plan.options.engine && block === 1,
  );
  for (const measurement of plan.options.windows === 'given' ? [] : asked) {
    const own = because === undefined ? context : { ...context, order: 'one-at-a-time' as const };
    try {
      const alive = await makeReady(own, { ...position, measurement });
      const load = await askBriefly(own, measurement, alive);
      const { answers = 0, wrongAnswers, notUnderstood } = load ?? {};
      if (wrongAnswers !== undefined || notUnderstood !== undefined) {
        const { target, engine } = measurement;
        faulty.push({ target, engine, load: { answers, wrongAnswers, notUnderstood } });
      }
      const ms = responseMs(measurement.level, load);
      const level = levelId(measurement.level);
      if (ms !== undefined) slowest.set(level, Math.max(ms, slowest.get(level) ?? 0));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BenchError) || isRunEnding(error)) throw error;
      await testBed.system.stop(measurement.target.serving);
    }
  }
  const pilot = pilotOf(plan, because, slowest);
  return faulty.length === 0 ? pilot : { ...pilot, faulty };
};
