import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeOracle } from '../analysis/gates/oracle.ts';
import { BenchError, messageOf } from '../model/errors.ts';
import type { LoadResult } from '../model/load-result.ts';
import { oracleTaskOf, type OracleTask } from '../plan/oracle-task.ts';
import type { Plan } from '../model/plan.ts';
import type { OracleCheck, OracleTry } from '../model/record.ts';
import { whileAlive, type Apparatus } from './apparatus.ts';
import { infer, inferUrl } from './infer.ts';
import type { runLoad } from './load-process.ts';
import { requestsOf } from './measure-cell.ts';
import { needed, type Alive } from './run-cell.ts';
import { isRunEnding } from './run-ending.ts';
import type { EmitRunEvent } from './run-event.ts';

const TIMEOUT_MS = 5000;
const MOST_TRIES = 3;

export interface OracleContext {
  readonly plan: Plan;
  readonly imagesDir: string;
  readonly apparatus: Apparatus;
  /** Sends the load to the middleware. */
  readonly runLoad: typeof runLoad;
  readonly emit: EmitRunEvent;
  readonly signal: AbortSignal;
}

const tryOf = (load: LoadResult, roundTripMs: number | undefined): OracleTry => {
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
    ...(roundTripMs === undefined ? {} : { roundTripMs }),
  };
};

/** The file of the fewest bytes: what pictures cost the middleware is not in question, and large ones would hide the rest. */
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
  if (least === undefined) throw new BenchError('BENCH_ORACLE', 'there are no images');
  return [least.image];
};

const measureOnce = async (
  context: OracleContext,
  { path, virtualUsers, warmupSeconds, durationSeconds }: OracleTask,
  { serving, middleware }: Alive,
  rightClass: number,
): Promise<OracleTry> => {
  const { plan, imagesDir, signal } = context;
  const expected = plan.images.map(() => rightClass);
  const roundTripMs = await serving.roundTripMs?.(signal);
  const load = await context.runLoad(
    {
      ...requestsOf({ plan, path, middleware, imagesDir, expected }),
      seed: plan.seed,
      level: { loop: 'closed', virtualUsers },
      warmupSeconds,
      durationSeconds,
      timeoutMs: TIMEOUT_MS,
    },
    () => undefined,
    signal,
    plan.options.loadEngine,
  );
  return tryOf(load, roundTripMs);
};

/** @throws BenchError where a path that is up gives no answer. */
const measure = async (
  context: OracleContext,
  task: OracleTask,
  alive: Alive,
  onTry: (one: OracleTry) => void,
): Promise<void> => {
  const { plan, imagesDir, emit } = context;
  const smallest = await smallestOf(plan.images, imagesDir);
  const file = join(imagesDir, smallest[0].file);
  // The serving says about every image what it says about this one.
  const first = await infer(inferUrl(alive.middleware.url, task.path), file, TIMEOUT_MS);
  if (!first.ok) {
    throw new BenchError('BENCH_ORACLE', `the first request to it failed: ${first.error}`);
  }
  const rightClass = first.top[0].class;
  const isDrawn = plan.options.middleware?.imagesDrawnBy === 'middleware';
  const images = isDrawn ? plan.images : smallest;
  for (let number = 1; number <= MOST_TRIES; number += 1) {
    const one = await measureOnce(
      { ...context, plan: { ...plan, images } },
      task,
      alive,
      rightClass,
    );
    onTry(one);
    if (judgeOracle(task, one).isRight) return;
    if (number < MOST_TRIES) {
      const what = `measuring the known latency once more, since it was not right: try ${number + 1} of ${MOST_TRIES}`;
      emit({ event: 'preparing', what });
    }
  }
};

/**
 * Measures a serving of known latency with the run's own middleware and load engine: what comes out is known, so that it
 * shows whether they measure right. What goes wrong in it is its result, but for what no cell would escape. Its serving stays
 * in the slot until the first cell starts its own.
 *
 * @returns undefined where the plan has no path.
 * @throws BenchError where the run cannot go on; the signal's reason where it was aborted.
 */
export const checkOracle = async (context: OracleContext): Promise<OracleCheck | undefined> => {
  const { plan, apparatus, emit, signal } = context;
  const { slot } = apparatus;
  const task = oracleTaskOf(plan);
  if (task === undefined) return undefined;
  const { path, virtualUsers, delayMs } = task;
  const common = { kind: 'oracle', path, virtualUsers, delayMs } as const;
  const tries: OracleTry[] = [];
  emit({
    event: 'preparing',
    what: `measuring a known latency, of a serving that takes ${delayMs} ms`,
  });
  try {
    const serving = await slot.startDelayed(path.serving, delayMs, signal);
    const middleware = await apparatus.middleware();
    const alive = { serving, middleware };
    await whileAlive(needed(alive, path), signal, (either) =>
      measure({ ...context, signal: either }, task, alive, (one) => void tries.push(one)),
    );
    return { ...common, state: 'completed', tries };
  } catch (error) {
    signal.throwIfAborted();
    if (isRunEnding(error)) throw error;
    return { ...common, state: 'failed', tries, reason: messageOf(error) };
  }
};
