import { join } from 'node:path';
import { servingTitle } from '../../../serving-configs/index.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import { targetId, type Measurement, type Target } from '../model/measurement.ts';
import { bypassWindowOf, groupOf, secondsToAnswer } from '../plan/estimate-duration.ts';
import type { Plan } from '../model/plan.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import {
  FAULT_CODES,
  type AnswerCheck,
  type RecordOrigin,
  type ServingStart,
} from '../model/record.ts';
import { faultWords } from '../wording/answer-words.ts';
import { formatFigure } from '../wording/format-number.ts';
import { labelOf, targetLabels } from '../wording/labels.ts';
import type { AnswerJudge } from './answer-judge.ts';
import { whileAlive, type TestBed } from './test-bed.ts';
import { howEnded } from './child-process.ts';
import { runBypass, measureLoad, type MeasurementFigures } from './measure-load.ts';
import type { EncodedRequestStore } from './encoded-requests.ts';
import { firstAnswersMs, inferUrl, post, type Answered } from './middleware-requests.ts';
import { isLeftBroken, prepareStability, type BeginTest } from './run-stability.ts';
import type { RunningMiddleware } from './middleware-process.ts';
import type { MeasurementPosition, EmitRunEvent } from './run-event.ts';
import type { RunningServing } from './servings/runtime.ts';
import { samplesFileOf } from '../results/run-folder.ts';

/** The parts of a run that all its measurements share. */
export interface MeasurementContext {
  readonly plan: Plan;
  readonly imagesDir: string;
  readonly samplesDir: string;
  readonly judge: AnswerJudge;
  readonly testBed: TestBed;
  /** For bypass runs and stability measurements. */
  readonly requests: EncodedRequestStore;
  /** How the servings take turns. */
  readonly order: PlanOptions['order'];
  /** The starts of the running servings. */
  readonly starts: WeakMap<RunningServing, Start>;
  /** Checks since this start of the run, by {@link checkKey}. */
  readonly answerChecks: Map<string, AnswerCheck>;
  /** Undefined if the whole plan runs on this machine. */
  readonly origin: RecordOrigin | undefined;
  readonly onCheck: (answerCheck: AnswerCheck) => Promise<void>;
  readonly emit: EmitRunEvent;
  readonly signal: AbortSignal;
}

/** A serving that was started for measurements. */
interface Start {
  readonly serving: RunningServing;
  /** The same for all measurements that it was started for. */
  readonly of: string;
  /** Share of a core that it used before its first request; measured in the first repeat, undefined if unknown. */
  readonly idleCpuShare: number | undefined;
  /** The answer to its first request. */
  readonly first: Answered;
  /** Whether a measurement has its figures. */
  isReported: boolean;
}

export const checkKey = ({ target, engine }: Measurement): string =>
  `${targetId(target)}/${engine}`;

const firstInput = ({ plan, imagesDir }: MeasurementContext): string =>
  join(imagesDir, plan.images[0]?.file ?? '');

const sendOne = (
  context: MeasurementContext,
  { target, engine, timeoutMs }: Measurement,
  base: string,
): Promise<Answered> =>
  post(
    inferUrl(base, target, engine),
    firstInput(context),
    firstAnswersMs(timeoutMs),
    context.signal,
  );

/** Whether the serving of a measurement is one of several that run and take turns. */
export const runsBesideOthers = (
  { plan, order }: MeasurementContext,
  { engine, stability }: Measurement,
): boolean => order === 'side-by-side' && engine === plan.options.engine && stability === undefined;

/** Names the start that a measurement needs. Side by side, the targets of a serving share it. */
const startOf = (context: MeasurementContext, measurement: Measurement): string =>
  runsBesideOthers(context, measurement)
    ? `r${measurement.repeat}/${measurement.target.serving}`
    : groupOf(measurement);

/** The start that a measurement needs, if its serving still runs. */
export const runningStart = (
  context: MeasurementContext,
  measurement: Measurement,
): Start | undefined => {
  const running = context.testBed.system.running(measurement.target);
  const start = running && context.starts.get(running);
  return start?.of === startOf(context, measurement) ? start : undefined;
};

/**
 * Starts the serving of a measurement, beside the others or alone, and sends it the first request.
 *
 * @throws BenchError if it does not start.
 */
export const startServing = async (
  context: MeasurementContext,
  position: MeasurementPosition,
): Promise<Start> => {
  const { measurement } = position;
  const { system, middleware } = context.testBed;
  context.emit({ event: 'serving-start', ...position });
  const startIt = runsBesideOthers(context, measurement) ? system.startBeside : system.start;
  const serving = await startIt(measurement.target, measurement.engine, context.signal);
  const isIdleMeasured = serving.place === 'local' && measurement.repeat === 1;
  const idleCpuShare = isIdleMeasured ? await serving.idleCpuShare() : undefined;
  const { url } = await middleware();
  const first = await sendOne(context, measurement, url);
  const of = startOf(context, measurement);
  const started = { serving, of, idleCpuShare, first, isReported: false };
  context.starts.set(serving, started);
  return started;
};

/**
 * The figures of a start; undefined for a running server, which was not started.
 *
 * @throws BenchError if the first request failed.
 */
const startFigures = ({ serving, idleCpuShare, first }: Start): ServingStart | undefined => {
  if (!first.ok) {
    throw new BenchError(
      'BENCH_FIRST_REQUEST',
      `the first request after the start failed: ${first.error}`,
    );
  }
  if (serving.place === 'foreign') return undefined;
  return {
    timeToReadyMs: serving.timeToReadyMs,
    firstRequestMs: first.tookMs,
    idleMemoryMiB: serving.place === 'local' ? serving.idleMemoryMiB : undefined,
    idleCpuShare,
  };
};

/** Warns that a window is too short for a target; undefined if it is not. */
const shortWindowText = (
  { target, durationSeconds }: Measurement,
  { fastestMs = 0 }: AnswerCheck,
  plan: Plan,
): string | undefined =>
  fastestMs <= 1000 * durationSeconds
    ? undefined
    : `warning: ${labelOf(targetLabels(plan.targets, plan), target)} takes ${formatFigure(fastestMs / 1000)} s for a request, longer than the window of ${durationSeconds} s: measure with --duration ${secondsToAnswer(fastestMs)}s`;

const checkTarget = async (
  context: MeasurementContext,
  measurement: Measurement,
  base: string,
  signal: AbortSignal,
): Promise<AnswerCheck> => {
  context.emit({ event: 'check-start', target: measurement.target, engine: measurement.engine });
  const answerCheck = await context.judge.check({ ...measurement, middlewareUrl: base, signal });
  context.answerChecks.set(checkKey(measurement), answerCheck);
  await context.onCheck(answerCheck);
  const shortWindow = shortWindowText(measurement, answerCheck, context.plan);
  if (shortWindow !== undefined) context.emit({ event: 'warning', text: shortWindow });
  return answerCheck;
};

/** @throws BenchError if the target failed its answer check. */
const assertCorrect = (answerCheck: AnswerCheck | undefined): void => {
  if (answerCheck?.fault === undefined) return;
  const { fault } = answerCheck;
  throw new BenchError(
    FAULT_CODES[fault],
    `not measured, because its target ${faultWords[fault].gave}: see Answer checks`,
  );
};

/** The running processes that measure a target. */
export interface Alive {
  readonly serving: RunningServing;
  readonly middleware: RunningMiddleware;
}

const middlewareProcess = ({ child }: RunningMiddleware) => ({
  ended: howEnded(child).then((how) => ({ code: 'BENCH_MIDDLEWARE_DIED' as const, how })),
  name: 'the middleware',
});

/** The processes that a measurement of a target needs, for {@link whileAlive}. The end of a server elsewhere is not noticed at once. */
export const neededProcesses = ({ serving, middleware }: Alive, target: Target) => [
  ...(serving.place === 'local'
    ? [{ ended: serving.ended, name: servingTitle(target.serving) }]
    : []),
  middlewareProcess(middleware),
];

/**
 * Makes the bypass run of a measurement whose window is over, if it has one. An error becomes its result, even an interruption of
 * the run, so that the figures of the measurement are kept.
 */
const measureBypass = async (
  context: MeasurementContext,
  position: MeasurementPosition,
  { serving, middleware }: Alive,
  ratePerSecond: number,
): Promise<MeasurementFigures['bypass']> => {
  const { measurement } = position;
  const { plan, requests, testBed, signal } = context;
  const window = bypassWindowOf(measurement);
  if (window === undefined) return undefined;
  context.emit({ event: 'bypass-start', ...position });
  try {
    return await whileAlive(
      neededProcesses({ serving, middleware }, measurement.target),
      signal,
      async (anySignal) => {
        const encoded = await requests.of(middleware.url, measurement.target, anySignal);
        // Once this request is answered, the serving's queue holds no requests of the window.
        await sendOne({ ...context, signal: anySignal }, measurement, middleware.url);
        const job = { plan, measurement, window, requests: encoded, serving, ratePerSecond };
        return runBypass({ ...job, runLoad: testBed.load.run }, anySignal);
      },
    );
  } catch (error) {
    const isServingUnaffected = error instanceof BenchError && error.code === 'BENCH_ENCODE';
    // Otherwise its state is unknown, and the next measurement must start it again.
    if (!isServingUnaffected && !signal.aborted) {
      await testBed.system.stop(measurement.target.serving);
    }
    return { state: 'failed', reason: messageOf(error) };
  }
};

const prepareTest = async (
  context: MeasurementContext,
  measurement: Measurement,
  { serving, middleware }: Alive,
): Promise<BeginTest | undefined> =>
  measurement.stability === undefined
    ? undefined
    : prepareStability({
        measurement,
        serving,
        requests: await context.requests.of(middleware.url, measurement.target, context.signal),
        image: firstInput(context),
        signal: context.signal,
      });

/**
 * Starts the serving if it does not run as the measurement needs it, and checks the answers of a target that was not checked yet.
 *
 * @returns the start of the serving if no other measurement has its figures
 * @throws BenchError if the serving does not start, or its answers are wrong.
 */
export const makeReady = async (
  context: MeasurementContext,
  position: MeasurementPosition,
): Promise<Alive & { readonly started: Start | undefined }> => {
  const { measurement } = position;
  const { testBed, answerChecks } = context;
  assertCorrect(answerChecks.get(checkKey(measurement)));
  const isCold = measurement.scenario === 'cold';
  const running = runningStart(context, measurement);
  let start = running === undefined || isCold ? await startServing(context, position) : running;
  // A serving on other ports needs another middleware.
  const middleware = await testBed.middleware();
  if (start === running && start.isReported) {
    // Once this request is answered, the serving's queue holds no requests of the previous level.
    await sendOne(context, measurement, middleware.url);
  }
  if (!answerChecks.has(checkKey(measurement))) {
    const { serving } = start;
    assertCorrect(
      await whileAlive(
        neededProcesses({ serving, middleware }, measurement.target),
        context.signal,
        (signal) => checkTarget(context, measurement, middleware.url, signal),
      ),
    );
    // The answer check has warmed the serving up.
    if (isCold) start = await startServing(context, position);
  }
  const started = start.isReported ? undefined : start;
  return { serving: start.serving, middleware: await testBed.middleware(), started };
};

/**
 * Runs one measurement: gets its target ready, loads it, and finally loads it without the middleware.
 *
 * @throws BenchError if the measurement gives no figures; the signal's reason if the run was aborted.
 */
export const runMeasurement = async (
  context: MeasurementContext,
  position: MeasurementPosition,
): Promise<MeasurementFigures> => {
  const { measurement } = position;
  const { testBed, signal } = context;
  const { started, ...alive } = await makeReady(context, position);
  const { serving, middleware } = alive;
  const start = started && startFigures(started);
  if (started !== undefined) started.isReported = true;
  const { warmupSeconds } = started === undefined ? measurement : context.plan.options;
  const beginTest = await prepareTest(context, { ...measurement, warmupSeconds }, alive);
  const samplesFile = join(context.samplesDir, samplesFileOf(measurement));
  let finishTest: ReturnType<BeginTest> | undefined;
  // A stability test may end the serving, which is then its result.
  const { died, ...figures } = await whileAlive(
    beginTest === undefined
      ? neededProcesses(alive, measurement.target)
      : [middlewareProcess(middleware)],
    signal,
    (anySignal) =>
      measureLoad(
        {
          plan: context.plan,
          measurement,
          warmupSeconds,
          imagesDir: context.imagesDir,
          expect: context.judge.expect(
            measurement,
            context.answerChecks.get(checkKey(measurement)),
          ),
          samplesFile,
          middleware,
          serving,
          runLoad: testBed.load.run,
          onProgress: (progress) => context.emit({ event: 'load', ...position, progress }),
          onWindowStart: () => {
            finishTest = beginTest?.();
          },
        },
        anySignal,
      ),
  );
  if (finishTest !== undefined) {
    const stability = await finishTest(samplesFile, died);
    // The next test must find a serving that answers.
    if (isLeftBroken(stability)) await testBed.system.stop(measurement.target.serving);
    return { start, ...figures, stability };
  }
  const bypass = await measureBypass(context, position, alive, figures.load.requestRatePerSecond);
  return { start, ...figures, bypass };
};
