import { join } from 'node:path';
import { manifestOf } from '../../../serving-configs/index.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import { targetId, type Measurement, type Target } from '../model/measurement.ts';
import { bypassWindowOf, startsServing } from '../plan/estimate.ts';
import type { Plan } from '../model/plan.ts';
import type { AnswerCheck, RecordOrigin, ServingStart } from '../model/record.ts';
import type { AnswerJudge } from './answer-judge.ts';
import { whileAlive, type Rig } from './rig.ts';
import { howEnded } from './child.ts';
import { runBypass } from './bypass-run.ts';
import type { EncodedRequestStore } from './encoded-requests.ts';
import { inferUrl, post, type Answered } from './infer.ts';
import { isLeftBroken, prepareStability, type BeginTest } from './run-stability.ts';
import { takeMeasurement, type MeasurementFigures } from './take-measurement.ts';
import type { RunningMiddleware } from './middleware-process.ts';
import type { MeasurementPlace, EmitRunEvent } from './run-event.ts';
import type { RunningServing } from './serving-process.ts';
import { samplesFileOf } from '../results/run-folder.ts';

/** What all measurements of a run share. */
export interface MeasurementContext {
  readonly plan: Plan;
  readonly imagesDir: string;
  readonly samplesDir: string;
  readonly judge: AnswerJudge;
  readonly rig: Rig;
  /** For the bypass runs. */
  readonly requests: EncodedRequestStore;
  /** Checks of this run, by target and engine. */
  readonly answerChecks: Map<string, AnswerCheck>;
  /** Undefined if the whole plan runs here. */
  readonly origin: RecordOrigin | undefined;
  readonly onCheck: (answerCheck: AnswerCheck) => Promise<void>;
  readonly emit: EmitRunEvent;
  readonly signal: AbortSignal;
}

interface Started {
  readonly serving: RunningServing;
  readonly first: Answered;
}

const checkKey = ({ target, engine }: Measurement): string => `${targetId(target)}/${engine}`;

const firstInput = ({ plan, imagesDir }: MeasurementContext): string =>
  join(imagesDir, plan.images[0]?.file ?? '');

const sendOne = (
  context: MeasurementContext,
  { target, engine, timeoutMs }: Measurement,
  base: string,
): Promise<Answered> =>
  post(inferUrl(base, target, engine), firstInput(context), timeoutMs, context.signal);

const start = async (
  context: MeasurementContext,
  place: MeasurementPlace,
  base: string,
): Promise<Started> => {
  const { measurement } = place;
  context.emit({ event: 'serving-start', ...place });
  const serving = await context.rig.slot.start(
    measurement.target.serving,
    measurement.engine,
    context.signal,
  );
  return { serving, first: await sendOne(context, measurement, base) };
};

/** Nothing of a server that ran before. */
const startOf = ({ serving, first }: Started): ServingStart | undefined => {
  if (!first.ok) {
    throw new BenchError(
      'BENCH_FIRST_REQUEST',
      `the first request after the start failed: ${first.error}`,
    );
  }
  const { timeToReadyMs, idleMemoryMiB } = serving;
  return timeToReadyMs === undefined
    ? undefined
    : { timeToReadyMs, firstRequestMs: first.tookMs, idleMemoryMiB };
};

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
  return answerCheck;
};

/** @throws BenchError if the answers of the target are not the right ones. */
const assertRight = (answerCheck: AnswerCheck | undefined): void => {
  if (answerCheck?.state !== 'failed') return;
  throw new BenchError(
    'BENCH_WRONG_ANSWER',
    'not measured, because its target gave wrong answers: see Answer checks',
  );
};

/** What a target is measured on. */
export interface Alive {
  readonly serving: RunningServing;
  readonly middleware: RunningMiddleware;
}

/** What work on a target needs, for {@link whileAlive}. */
export const needed = ({ serving, middleware }: Alive, target: Target) => [
  {
    ended: serving.ended,
    code: serving.endCode ?? (() => 'BENCH_SERVING_DIED' as const),
    name: manifestOf(target.serving).title,
  },
  {
    ended: howEnded(middleware.child),
    code: () => 'BENCH_MIDDLEWARE_DIED' as const,
    name: 'the middleware',
  },
];

/**
 * The bypass run of a measurement whose window is over, if it has one. An error in it is its result and must not cost the figures of
 * the measurement, even if the run is interrupted.
 */
const measureBypass = async (
  context: MeasurementContext,
  place: MeasurementPlace,
  { serving, middleware, ratePerSecond }: Alive & { readonly ratePerSecond: number },
): Promise<MeasurementFigures['bypass']> => {
  const { measurement } = place;
  const { plan, requests, rig, signal } = context;
  if (bypassWindowOf(measurement) === undefined) return undefined;
  context.emit({ event: 'bypass-start', ...place });
  try {
    return await whileAlive(
      needed({ serving, middleware }, measurement.target),
      signal,
      async (either) => {
        const encoded = await requests.of(middleware.url, measurement.target, either);
        // When this request is answered, nothing of the window is left in the serving's queue.
        await sendOne({ ...context, signal: either }, measurement, middleware.url);
        const servingUrl = serving.urls[measurement.target.protocol] ?? '';
        const job = { plan, measurement, requests: encoded, servingUrl, ratePerSecond };
        return runBypass({ ...job, runLoad: rig.load.run }, either);
      },
    );
  } catch (error) {
    const isServingBlameless = error instanceof BenchError && error.code === 'BENCH_ENCODE';
    // Its state is unknown; the next measurement starts again.
    if (!isServingBlameless && !signal.aborted) await rig.slot.stop();
    return { state: 'failed', reason: messageOf(error) };
  }
};

const beginTest = async (
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
 * Runs one measurement: starts the serving if the scenario wants it, checks the answers of a target that was not checked yet,
 * loads it, and finally loads it without the middleware. `before` is the measurement that the serving has just run.
 *
 * @throws BenchError if the measurement gives no figures; the signal's reason if the run was aborted.
 */
export const runMeasurement = async (
  context: MeasurementContext,
  place: MeasurementPlace,
  before: Measurement | undefined,
): Promise<MeasurementFigures> => {
  const { measurement } = place;
  const { rig, signal } = context;
  assertRight(context.answerChecks.get(checkKey(measurement)));
  const middleware = await rig.middleware();
  const base = middleware.url;

  let started: Started | undefined;
  let serving = rig.slot.current();
  if (serving === undefined || startsServing(measurement, before)) {
    started = await start(context, place, base);
    ({ serving } = started);
  } else {
    // When this request is answered, nothing of the level before is left in the serving's queue.
    await sendOne(context, measurement, base);
  }
  if (!context.answerChecks.has(checkKey(measurement))) {
    assertRight(
      await whileAlive(needed({ serving, middleware }, measurement.target), signal, (either) =>
        checkTarget(context, measurement, base, either),
      ),
    );
    // A serving that has answered all these is no longer cold.
    if (measurement.scenario === 'cold') {
      started = await start(context, place, base);
      ({ serving } = started);
    }
  }
  const startFigures = started && startOf(started);
  const alive = { serving, middleware };
  const { warmupSeconds } = started === undefined ? measurement : context.plan.options;
  const test = await beginTest(context, { ...measurement, warmupSeconds }, alive);
  const samplesFile = join(context.samplesDir, samplesFileOf(measurement));
  let finish: ReturnType<NonNullable<typeof test>> | undefined;
  // A test of stability may end the serving: that is its result.
  const { died, ...figures } = await whileAlive(
    needed(alive, measurement.target).slice(test === undefined ? 0 : 1),
    signal,
    (either) =>
      takeMeasurement(
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
          runLoad: rig.load.run,
          onProgress: (progress) => context.emit({ event: 'load', ...place, progress }),
          onWindowStart: () => {
            finish = test?.();
          },
        },
        either,
      ),
  );
  if (finish !== undefined) {
    const stability = await finish(samplesFile, died);
    // The next test finds a serving that answers.
    if (isLeftBroken(stability)) await rig.slot.stop();
    return { start: startFigures, ...figures, stability };
  }
  const ratePerSecond = figures.load.requestRatePerSecond;
  const bypass = await measureBypass(context, place, { serving, middleware, ratePerSecond });
  return { start: startFigures, ...figures, bypass };
};
