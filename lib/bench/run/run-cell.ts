import { join } from 'node:path';
import { manifestOf } from '../../../serving-configs/index.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import { pathId, type Cell, type Engine, type Path } from '../model/cell.ts';
import { directWindowOf } from '../plan/direct-window.ts';
import { startsServing } from '../plan/estimate.ts';
import type { Plan } from '../model/plan.ts';
import type { AnswerCheck, RecordOrigin, ServingStart } from '../model/record.ts';
import { checkAnswers } from './answer-check.ts';
import { whileAlive, type Apparatus } from './apparatus.ts';
import { howEnded } from './child.ts';
import { checkDirectly } from './direct-check.ts';
import { bestClasses, type DirectAnswers } from './direct.ts';
import type { EncodedRequestStore } from './encoded-requests.ts';
import { infer, inferUrl, type InferOutcome } from './infer.ts';
import { measureCell, type CellFigures } from './measure-cell.ts';
import { checkOddPictures } from './odd-pictures.ts';
import type { RunningMiddleware } from './middleware-process.ts';
import type { CellPlace, EmitRunEvent } from './run-event.ts';
import type { RunningServing } from './running-serving.ts';
import { samplesFileOf } from './samples-file.ts';
import { scoreTolerance } from './score-tolerance.ts';

/** What all cells of a run share. */
export interface CellContext {
  readonly plan: Plan;
  readonly imagesDir: string;
  readonly samplesDir: string;
  readonly answers: ReadonlyMap<Engine, DirectAnswers>;
  /** Those to the odd pictures; undefined where they are not sent. */
  readonly odd?: DirectAnswers | undefined;
  readonly apparatus: Apparatus;
  /** For the direct checks. */
  readonly requests: EncodedRequestStore;
  /** Checks of this run, by path and engine. */
  readonly checks: Map<string, AnswerCheck>;
  /** Undefined where the whole plan runs here. */
  readonly origin: RecordOrigin | undefined;
  readonly onCheck: (check: AnswerCheck) => Promise<void>;
  readonly emit: EmitRunEvent;
  readonly signal: AbortSignal;
}

interface Started {
  readonly serving: RunningServing;
  readonly first: InferOutcome;
}

const checkKey = ({ path, engine }: Cell): string => `${pathId(path)}/${engine}`;

const imageFile = ({ imagesDir, plan }: CellContext): string =>
  join(imagesDir, plan.images[0]?.file ?? '');

const sendOne = (context: CellContext, cell: Cell, base: string): Promise<InferOutcome> =>
  infer(inferUrl(base, cell.path), imageFile(context), cell.timeoutMs);

const start = async (context: CellContext, place: CellPlace, base: string): Promise<Started> => {
  const { cell } = place;
  context.emit({ event: 'serving-start', ...place });
  const serving = await context.apparatus.slot.start(
    cell.path.serving,
    cell.engine,
    context.signal,
  );
  return { serving, first: await sendOne(context, cell, base) };
};

const startOf = ({ serving, first }: Started): ServingStart => {
  if (!first.ok) {
    throw new BenchError(
      'BENCH_FIRST_REQUEST',
      `the first request after the start failed: ${first.error}`,
    );
  }
  return { timeToReadyMs: serving.timeToReadyMs, firstRequestMs: first.tookMs };
};

const expectedTop = (
  { answers }: CellContext,
  { engine, path }: Cell,
): ReturnType<DirectAnswers['topOf']> => answers.get(engine)?.topOf(path) ?? [];

/**
 * The best class of each image that the load wants: the one that the check of this path has seen, since two best classes within
 * the tolerance may have changed places.
 */
const expectedClasses = (context: CellContext, cell: Cell): readonly number[] => {
  const seen = context.checks.get(checkKey(cell))?.images ?? [];
  return bestClasses(expectedTop(context, cell)).map(
    (right, index) => seen[index]?.answeredClass ?? right,
  );
};

/** Of engines that are the reference serving's own, whatever the runtime of the plan. */
const toleranceOf = ({ plan }: CellContext, { engine, path }: Cell): number =>
  scoreTolerance(path, engine === 'onnx' ? plan.runtime : 'reference');

const checkPath = async (
  context: CellContext,
  cell: Cell,
  base: string,
  signal: AbortSignal,
): Promise<AnswerCheck> => {
  context.emit({ event: 'check-start', path: cell.path, engine: cell.engine });
  const request = {
    path: cell.path,
    engine: cell.engine,
    middlewareUrl: base,
    tolerance: toleranceOf(context, cell),
    trained: context.answers.get(cell.engine)?.model.trained ?? false,
    timeoutMs: cell.timeoutMs,
    signal,
  };
  const answered = await checkAnswers({
    ...request,
    imagesDir: context.imagesDir,
    files: context.plan.images.map(({ file }) => file),
    expected: expectedTop(context, cell),
  });
  const odd =
    answered.state === 'passed' ? await checkOddPictures(request, context.odd) : undefined;
  const check = odd === undefined ? answered : { ...answered, odd };
  context.checks.set(checkKey(cell), check);
  await context.onCheck(check);
  return check;
};

/** @throws BenchError where the answers of the path are not the right ones. */
const demandRight = (check: AnswerCheck | undefined): void => {
  if (check?.state !== 'failed') return;
  throw new BenchError(
    'BENCH_WRONG_ANSWER',
    `the path was not measured, because it does not answer as the direct computation: ${check.reason ?? ''}`,
  );
};

/** What a path is measured on. */
export interface Alive {
  readonly serving: RunningServing;
  readonly middleware: RunningMiddleware;
}

/** What work on a path needs, for {@link whileAlive}. */
export const needed = ({ serving, middleware }: Alive, path: Path) => [
  {
    ended: serving.ended,
    code: serving.endCode ?? (() => 'BENCH_SERVING_DIED' as const),
    name: manifestOf(path.serving).title,
  },
  {
    ended: howEnded(middleware.child),
    code: () => 'BENCH_MIDDLEWARE_DIED' as const,
    name: 'the middleware',
  },
];

/**
 * The direct check of a cell whose window is over, where it has one. What goes wrong in it is its own result: it must not
 * cost the figures of the cell, also where the run is interrupted in it.
 */
const direct = async (
  context: CellContext,
  place: CellPlace,
  { serving, middleware, ratePerSecond }: Alive & { readonly ratePerSecond: number },
): Promise<Pick<CellFigures, 'direct'>> => {
  const { cell } = place;
  const { plan, requests, apparatus, signal } = context;
  if (directWindowOf(cell) === undefined) return {};
  context.emit({ event: 'direct-start', ...place });
  try {
    const check = await whileAlive(
      needed({ serving, middleware }, cell.path),
      signal,
      async (either) => {
        const encoded = await requests.of(middleware.url, cell.path, either);
        if (cell.path.protocol === 'grpc') await sendOne(context, cell, middleware.url);
        const servingUrl = serving.urls[cell.path.protocol] ?? '';
        const job = { plan, cell, requests: encoded, servingUrl, ratePerSecond };
        return checkDirectly(job, either);
      },
    );
    return { direct: check };
  } catch (error) {
    const isServingBlameless = error instanceof BenchError && error.code === 'BENCH_ENCODE';
    // Its state is unknown; the next cell starts anew.
    if (!isServingBlameless && !signal.aborted) await apparatus.slot.stop();
    return { direct: { state: 'failed', reason: messageOf(error) } };
  }
};

/**
 * Measures one cell: starts the serving where the scenario wants it, checks the answers of a path that was not checked
 * yet, and loads it, at last without the middleware too. `before` is the cell that left the serving as it is.
 *
 * @throws BenchError where the cell gives no figures; the signal's reason where the run was aborted.
 */
export const runCell = async (
  context: CellContext,
  place: CellPlace,
  before: Cell | undefined,
): Promise<CellFigures> => {
  const { cell } = place;
  const { apparatus, signal } = context;
  demandRight(context.checks.get(checkKey(cell)));
  const middleware = await apparatus.middleware();
  const base = middleware.url;

  let started: Started | undefined;
  let serving = apparatus.slot.current();
  if (serving === undefined || startsServing(cell, before)) {
    started = await start(context, place, base);
    ({ serving } = started);
  } else {
    // What the level before left in the serving's queue comes first; when this is answered, the queue is empty.
    await sendOne(context, cell, base);
  }
  if (!context.checks.has(checkKey(cell))) {
    demandRight(
      await whileAlive(needed({ serving, middleware }, cell.path), signal, (either) =>
        checkPath(context, cell, base, either),
      ),
    );
    // A serving that has answered all these is no longer cold.
    if (cell.scenario === 'cold') {
      started = await start(context, place, base);
      ({ serving } = started);
    }
  }
  const startFigures = started === undefined ? {} : { start: startOf(started) };
  const figures = await whileAlive(needed({ serving, middleware }, cell.path), signal, (either) =>
    measureCell(
      {
        plan: context.plan,
        cell,
        imagesDir: context.imagesDir,
        expected: expectedClasses(context, cell),
        samplesFile: join(context.samplesDir, samplesFileOf(cell)),
        middleware,
        serving,
        onProgress: (progress) => context.emit({ event: 'load', ...place, progress }),
      },
      either,
    ),
  );
  const ratePerSecond = figures.load.requestRatePerSecond;
  return {
    ...startFigures,
    ...figures,
    ...(await direct(context, place, { serving, middleware, ratePerSecond })),
  };
};
