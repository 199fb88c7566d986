import { BenchError, messageOf } from '../errors.ts';
import type { Cell, Engine } from '../plan/cell.ts';
import type { Plan } from '../plan/plan.ts';
import type { CompletedCell, FailedCell } from '../results/record.ts';
import { openResultsFile } from '../results/results-file.ts';
import { readEnvironment, readRecords, runFilesIn } from '../results/run-folder.ts';
import { writeJsonFile } from '../results/write-json-file.ts';
import { createApparatus } from './apparatus.ts';
import type { DirectAnswers } from './direct.ts';
import { collectEnvironment } from './environment.ts';
import { runCell, type CellContext } from './run-cell.ts';
import type { CellPlace, EmitRunEvent } from './run-event.ts';
import { createTimeLeft } from './time-left.ts';

export interface RunRequest {
  /** A run folder that this process has locked. */
  readonly folder: string;
  readonly plan: Plan;
  readonly imagesDir: string;
  /** The right answers for every engine of the plan. */
  readonly answers: ReadonlyMap<Engine, DirectAnswers>;
  readonly emit: EmitRunEvent;
  /** Aborted with the error that the run is to end with. */
  readonly signal: AbortSignal;
}

/** No space left on the device; what failed for it must not look like a failure of the cell. */
const demandSpace = (error: unknown): void => {
  if (!messageOf(error).includes('ENOSPC')) return;
  throw new BenchError('BENCH_DISK_FULL', `the disk is full: ${messageOf(error)}`, {
    hint: 'make room, then go on with bench run --resume; all finished cells are safe',
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
  const common = { kind: 'cell', cell, startedAt } as const;
  try {
    const figures = await runCell(context, place, before);
    return { ...common, state: 'completed', finishedAt: new Date().toISOString(), ...figures };
  } catch (error) {
    context.signal.throwIfAborted();
    demandSpace(error);
    if (!(error instanceof BenchError)) throw error;
    // Its state is unknown; the next cell starts anew.
    await context.apparatus.slot.stop();
    const { code, message } = error;
    return { ...common, state: 'failed', finishedAt: new Date().toISOString(), code, message };
  }
};

/**
 * Runs the cells of a plan that have no record yet, in order, and writes a record of each. A cell that gives no figures
 * does not end the run. Stops everything that it started, however it ends.
 *
 * @throws BenchError where the run cannot go on; the signal's reason where it was aborted.
 */
export const runPlan = async (request: RunRequest): Promise<void> => {
  const { folder, plan, imagesDir, answers, emit, signal } = request;
  signal.throwIfAborted();
  const files = runFilesIn(folder);
  const results = await openResultsFile(files.results);
  const records = await readRecords(folder, plan);
  const finished = new Set(
    records.flatMap((record) => (record.kind === 'cell' ? [record.cell.id] : [])),
  );
  const apparatus = await createApparatus(plan, imagesDir);
  try {
    emit({ event: 'preparing', what: 'starting the middleware' });
    const { processes } = await apparatus.middleware();
    if ((await readEnvironment(folder)) === undefined) {
      const environment = await collectEnvironment(plan, {
        middleware: processes,
        serving: 1,
        load: 1,
      });
      await writeJsonFile(files.environment, environment);
    }
    emit({ event: 'run-start', plan, folder, finishedCells: finished.size });
    const context: CellContext = {
      plan,
      imagesDir,
      samplesDir: files.samples,
      answers,
      apparatus,
      checks: new Map(),
      onCheck: async (check) => {
        await results.append(check);
        emit({ event: 'check-end', check });
      },
      emit,
      signal,
    };
    const timeLeft = createTimeLeft();
    const total = plan.cells.length;
    let before: Cell | undefined;
    for (const [index, cell] of plan.cells.entries()) {
      if (finished.has(cell.id)) continue;
      signal.throwIfAborted();
      const rest = plan.cells.slice(index).filter(({ id }) => !finished.has(id));
      const startedAt = performance.now();
      const place = { number: index + 1, total, cell, secondsLeft: timeLeft.of(rest) };
      const record = await recordOf(context, place, before);
      await results.append(record);
      if (record.state === 'completed') {
        timeLeft.finished(cell, before, (performance.now() - startedAt) / 1000);
      }
      before = record.state === 'completed' ? cell : undefined;
      emit({ event: 'cell-end', ...place, record, secondsLeft: timeLeft.of(rest.slice(1)) });
    }
  } finally {
    await apparatus.stop();
    await results.close();
  }
};
