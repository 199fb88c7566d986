import { join } from 'node:path';
import { BenchError, messageOf } from '../model/errors.ts';
import type { Cell, Engine } from '../model/cell.ts';
import type { Plan, SloSearch } from '../model/plan.ts';
import { searchOf } from '../plan/slo-search.ts';
import type { Environment } from '../model/environment.ts';
import type { CompletedCell, FailedCell, RecordOrigin, ResultRecord } from '../model/record.ts';
import { openResultsFile } from '../results/results-file.ts';
import { readEnvironment, readRecords, runFilesIn } from '../results/run-folder.ts';
import { writeJsonFile } from '../results/write-json-file.ts';
import { createApparatus } from './apparatus.ts';
import { createEncodedRequests } from './encoded-requests.ts';
import type { DirectAnswers } from './direct.ts';
import { collectEnvironment } from './environment.ts';
import { createCellQueue } from './cell-queue.ts';
import { runLoad } from './load-process.ts';
import { checkOracle } from './oracle-check.ts';
import { isOracleDue } from './oracle-due.ts';
import { runCell, type CellContext } from './run-cell.ts';
import { isRunEnding } from './run-ending.ts';
import type { CellPlace, EmitRunEvent } from './run-event.ts';
import { runtimeSpecOf } from './runtime-spec.ts';
import { createLocalSlot, type ServingSlot } from './serving-slot.ts';
import { createTimeLeft } from './time-left.ts';

export interface RunRequest {
  /** A run folder that this process has locked. */
  readonly folder: string;
  readonly plan: Plan;
  readonly imagesDir: string;
  /** The right answers for every engine of the plan. */
  readonly answers: ReadonlyMap<Engine, DirectAnswers>;
  /** Those of the plan's engine to the odd pictures; undefined where they are not sent. */
  readonly odd?: DirectAnswers | undefined;
  readonly emit: EmitRunEvent;
  /** Aborted with the error that the run is to end with. */
  readonly signal: AbortSignal;
  /** Of a run whose plan is shared with others, or whose servings run elsewhere. */
  readonly share?: RunShare;
}

/** One pair's part in a plan. */
export interface RunShare {
  readonly origin: RecordOrigin;
  readonly repeats: readonly number[];
  /** The cells of this part, in the order of the plan. */
  readonly cells: readonly Cell[];
  /** The searches of this part, which run after its cells. */
  readonly searches: readonly SloSearch[];
  readonly slot: ServingSlot;
  /** Adds to what is known of this machine, or was written before, what is known of the pair. */
  readonly describeEnvironment: (known: Environment) => Promise<Environment>;
}

/** No space left on the device; what failed for it must not look like a failure of the cell. */
const demandSpace = (error: unknown): void => {
  if (!messageOf(error).includes('ENOSPC')) return;
  throw new BenchError('BENCH_DISK_FULL', `the disk is full: ${messageOf(error)}`, {
    cause: error,
  });
};

/** What to do before a run goes on, where the error itself does not say it. */
const REMEDIES: Readonly<Record<string, string>> = {
  BENCH_DISK_FULL: 'make room',
  BENCH_NO_DOCKER: 'start the Docker daemon again',
};

/** An error that ends the run, with how it goes on. */
const withResume = (error: unknown, folder: string): unknown => {
  const remedy = error instanceof BenchError ? REMEDIES[error.code] : undefined;
  if (!(error instanceof BenchError) || remedy === undefined) return error;
  return new BenchError(error.code, error.message, {
    hint: `${remedy}, then go on with npx serving-compare run --resume ${folder}; all finished cells are kept`,
    cause: error,
  });
};

/** The record of a cell, whichever way it ended. Throws only what ends the run. */
const recordOf = async (
  context: CellContext,
  place: CellPlace,
  before: Cell | undefined,
): Promise<CompletedCell | FailedCell> => {
  const { cell } = place;
  const startedAt = new Date().toISOString();
  const common = { kind: 'cell', cell, startedAt, ...context.origin } as const;
  try {
    const figures = await runCell(context, place, before);
    return { ...common, state: 'completed', finishedAt: new Date().toISOString(), ...figures };
  } catch (error) {
    context.signal.throwIfAborted();
    demandSpace(error);
    if (!(error instanceof BenchError) || isRunEnding(error)) throw error;
    // Its state is unknown; the next cell starts anew.
    await context.apparatus.slot.stop();
    const { code, message } = error;
    return { ...common, state: 'failed', finishedAt: new Date().toISOString(), code, message };
  }
};

const localSlotOf = (plan: Plan): Promise<ServingSlot> =>
  createLocalSlot({
    servings: [...new Set(plan.paths.map(({ serving }) => serving))],
    runtime: runtimeSpecOf(plan),
    modelFile: plan.settings.modelFile,
    delayMs: plan.options.delayMs,
  });

const writeEnvironment = async (
  { folder, plan, share }: RunRequest,
  middlewareProcesses: number,
): Promise<Environment> => {
  const before = await readEnvironment(folder);
  if (before !== undefined && share === undefined) return before;
  const processes = { middleware: middlewareProcesses, serving: 1, load: 1 };
  const known = before ?? (await collectEnvironment(plan, processes));
  const environment = share === undefined ? known : await share.describeEnvironment(known);
  await writeJsonFile(runFilesIn(folder).environment, environment);
  return environment;
};

/**
 * Runs the cells of a plan that have no record yet or failed before, in order, and writes a record of each. A cell that gives no
 * figures does not end the run. Stops everything that it started, however it ends.
 *
 * @throws BenchError where the run cannot go on; the signal's reason where it was aborted.
 */
export const runPlan = async (request: RunRequest): Promise<void> => {
  const { folder, plan, imagesDir, answers, odd, emit, signal, share } = request;
  const { cells, searches = [] } = share ?? plan;
  signal.throwIfAborted();
  const files = runFilesIn(folder);
  const results = await openResultsFile(files.results);
  const { dropped } = results;
  if (dropped !== undefined) emit({ event: 'half-line-dropped', dropped });
  const append = (record: ResultRecord): Promise<void> =>
    results.append({ ...record, planHash: plan.hash });
  const records = await readRecords(folder, plan);
  // What failed in an earlier start is tried again.
  const finished = new Set(
    records.flatMap((record) =>
      record.kind === 'cell' && record.state !== 'failed' ? [record.cell.id] : [],
    ),
  );
  const apparatus = createApparatus(plan, imagesDir, share?.slot ?? (await localSlotOf(plan)));
  const requests = createEncodedRequests(plan.images.map(({ file }) => join(imagesDir, file)));
  try {
    emit({ event: 'preparing', what: 'starting the middleware' });
    const { processes } = await apparatus.middleware();
    const environment = await writeEnvironment(request, processes);
    const hasCellsLeft = searches.length > 0 || cells.some(({ id }) => !finished.has(id));
    if (hasCellsLeft && isOracleDue(records, environment)) {
      const check = await checkOracle({ plan, imagesDir, apparatus, runLoad, emit, signal });
      if (check !== undefined) {
        await append({ ...check, ...share?.origin });
        emit({ event: 'oracle-end', check });
      }
    }
    const queue = createCellQueue({ searches }, cells, ({ id }) => finished.has(id), records);
    const { total } = queue;
    const own = new Set(cells.map(({ id }) => id));
    const isOwn = (id: string): boolean => own.has(id) || searchOf(searches, { id }) !== undefined;
    emit({ event: 'run-start', plan, total, finishedCells: [...finished].filter(isOwn).length });
    const context: CellContext = {
      plan,
      imagesDir,
      samplesDir: files.samples,
      answers,
      odd,
      apparatus,
      requests,
      checks: new Map(),
      origin: share?.origin,
      onCheck: async (check) => {
        await append({ ...check, ...share?.origin });
        emit({ event: 'check-end', check });
      },
      emit,
      signal,
    };
    const timeLeft = createTimeLeft(plan);
    let before: Cell | undefined;
    for (let queued = queue.next(); queued !== undefined; queued = queue.next()) {
      signal.throwIfAborted();
      const { cell, rest, ...counts } = queued;
      const startedAt = performance.now();
      const place = { ...counts, cell, secondsLeft: timeLeft.of(rest) };
      const record = await recordOf(context, place, before);
      await append(record);
      queue.note(record);
      if (record.state === 'completed') {
        timeLeft.finished(cell, before, (performance.now() - startedAt) / 1000);
      }
      before = record.state === 'completed' ? cell : undefined;
      emit({ event: 'cell-end', ...place, record, secondsLeft: timeLeft.of(rest.slice(1)) });
    }
  } catch (error) {
    throw withResume(error, folder);
  } finally {
    await apparatus.stop();
    await requests.remove();
    await results.close();
  }
};
