import { join } from 'node:path';
import { judgeOracle } from '../analysis/gates/oracle.ts';
import { BenchError, messageOf } from '../errors.ts';
import type { LoadResult } from '../load/result.ts';
import { loadEngineOf } from '../plan/plan-options.ts';
import type { Plan } from '../plan/plan.ts';
import type { OracleCheck, OracleTry } from '../results/record.ts';
import { whileAlive, type Apparatus } from './apparatus.ts';
import { infer, inferUrl } from './infer.ts';
import { runLoad, type RunLoad } from './load-process.ts';
import { requestsOf } from './measure-cell.ts';
import type { RunningMiddleware } from './middleware-process.ts';
import { isBlocking, oraclePath } from './oracle-path.ts';
import { needed } from './run-cell.ts';
import type { EmitRunEvent } from './run-event.ts';

/** With {@link USERS} the serving rests only where the way through the apparatus takes three times as long. */
const DELAY_MS = 25;
const USERS = 4;
const WARMUP_SECONDS = 0.5;
/** As long as the plan's own windows within these: short runs are not to wait for it, long ones gain nothing from more. */
const WINDOW_SECONDS = { least: 0.5, most: 2 } as const;
const TIMEOUT_MS = 5000;
const MOST_TRIES = 3;

export interface OracleContext {
  readonly plan: Plan;
  readonly imagesDir: string;
  readonly apparatus: Apparatus;
  /** Sends the load to the middleware; undefined: a process of this machine. */
  readonly runLoad?: RunLoad | undefined;
  readonly emit: EmitRunEvent;
  readonly signal: AbortSignal;
}

const windowSeconds = ({ cells }: Plan): number => {
  const longest = Math.max(0, ...cells.map(({ durationSeconds }) => durationSeconds));
  return Math.min(WINDOW_SECONDS.most, Math.max(WINDOW_SECONDS.least, longest));
};

const tryOf = (load: LoadResult): OracleTry => {
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
  };
};

type Task = Pick<OracleCheck, 'path' | 'delayMs' | 'virtualUsers'>;

const measureOnce = async (
  context: OracleContext,
  { path, virtualUsers }: Task,
  middleware: RunningMiddleware,
  rightClass: number,
): Promise<OracleTry> => {
  const { plan, imagesDir, signal } = context;
  const expected = plan.images.map(() => rightClass);
  const load = await (context.runLoad ?? runLoad)(
    {
      ...requestsOf({ plan, path, middleware, imagesDir, expected }),
      seed: plan.seed,
      level: { loop: 'closed', virtualUsers },
      warmupSeconds: WARMUP_SECONDS,
      durationSeconds: windowSeconds(plan),
      timeoutMs: TIMEOUT_MS,
    },
    () => undefined,
    signal,
    loadEngineOf(plan.options),
  );
  return tryOf(load);
};

/** @throws BenchError where a path that is up gives no answer. */
const measure = async (
  context: OracleContext,
  task: Task,
  middleware: RunningMiddleware,
  onTry: (one: OracleTry) => void,
): Promise<void> => {
  const { plan, imagesDir, emit } = context;
  // It says about every image what it says about this one.
  const file = join(imagesDir, plan.images[0]?.file ?? '');
  const first = await infer(inferUrl(middleware.url, task.path), file, TIMEOUT_MS);
  if (!first.ok) {
    throw new BenchError('BENCH_ORACLE', `the first request to it failed: ${first.error}`);
  }
  const rightClass = first.top[0].class;
  for (let number = 1; number <= MOST_TRIES; number += 1) {
    const one = await measureOnce(context, task, middleware, rightClass);
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
 * shows whether they measure right. What goes wrong in it is its result and ends no run. Nothing is left of it in the slot.
 *
 * @returns undefined where the slot starts no such serving.
 * @throws the signal's reason where the run was aborted.
 */
export const checkOracle = async (context: OracleContext): Promise<OracleCheck | undefined> => {
  const { plan, apparatus, emit, signal } = context;
  const { slot } = apparatus;
  const path = oraclePath(plan);
  if (slot.startDelayed === undefined || path === undefined) return undefined;
  // Before a middleware that takes one request at a time a second user would wait there, and not at the serving.
  const virtualUsers = isBlocking(plan, path) ? 1 : USERS;
  const task = { path, virtualUsers, delayMs: DELAY_MS };
  const tries: OracleTry[] = [];
  emit({
    event: 'preparing',
    what: `measuring a known latency, of a serving that takes ${DELAY_MS} ms`,
  });
  try {
    const serving = await slot.startDelayed(path.serving, DELAY_MS, signal);
    const middleware = await apparatus.middleware();
    await whileAlive(needed({ serving, middleware }, path), signal, (either) =>
      measure({ ...context, signal: either }, task, middleware, (one) => void tries.push(one)),
    );
    return { kind: 'oracle', state: 'completed', ...task, tries };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'oracle', state: 'failed', ...task, tries, reason: messageOf(error) };
  } finally {
    await slot.stop();
  }
};
