import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { BenchError, messageOf } from '../errors.ts';
import { type Cell, type Engine, pathId } from '../plan/cell.ts';
import { startsServing } from '../plan/estimate.ts';
import type { Plan } from '../plan/plan.ts';
import type { AnswerCheck, CompletedCell, FailedCell, ServingStart } from '../results/record.ts';
import { openResultsFile, type ResultsFile } from '../results/results-file.ts';
import { readRecords, runFilesIn } from '../results/run-folder.ts';
import { writeJsonFile } from '../results/write-json-file.ts';
import { checkAnswers } from './answer-check.ts';
import type { BenchEvent } from './bench-event.ts';
import { type DirectAnswers, expectedClasses } from './direct.ts';
import { collectEnvironment } from './environment.ts';
import { startMiddleware } from './middleware-process.ts';
import { type Bench, measureCell, measureFirstRequest } from './run-cell.ts';
import { ServingControl } from './serving-control.ts';
import type { RunningServing } from './serving-process.ts';
import { TimeLeft } from './time-left.ts';

export interface RunRequest {
  /** An existing run folder with its `plan.json`. */
  readonly folder: string;
  readonly plan: Plan;
  readonly imagesFolder: string;
  /** A trained model, instead of the seeded one. */
  readonly model?: string;
  /** Processes of the middleware; by default one a core. */
  readonly processes?: number;
  /** The right answers, for every engine that the plan names. */
  readonly direct: ReadonlyMap<Engine, DirectAnswers>;
  /** Aborting it stops everything; finished cells stay. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: BenchEvent) => void;
}

const checkKey = ({ path: way, engine }: Pick<Cell, 'path' | 'engine'>): string =>
  `${pathId(way)}/${engine}`;

const CELL_FAILURES_THAT_END_A_RUN = new Set(['BENCH_DISK', 'BENCH_DISK_FULL']);

/** One run of a plan, from its first unfinished cell to its last. */
class PlanRun {
  readonly #request: RunRequest;
  readonly #bench: Bench;
  readonly #servings: ServingControl;
  readonly #results: ResultsFile;
  /** Checks by path and engine, also those of earlier parts of the run. */
  readonly #checks: Map<string, AnswerCheck>;
  /** The cell that ran before on the serving that is running. */
  #before: Cell | undefined;

  constructor(
    request: RunRequest,
    bench: Bench,
    servings: ServingControl,
    results: ResultsFile,
    checks: readonly AnswerCheck[],
  ) {
    this.#request = request;
    this.#bench = bench;
    this.#servings = servings;
    this.#results = results;
    this.#checks = new Map(checks.map((check) => [checkKey(check), check]));
  }

  /** Measures a cell, or finds out why it cannot be measured, and writes that down. */
  async run(cell: Cell): Promise<CompletedCell | FailedCell> {
    const startedAt = new Date().toISOString();
    const base = { kind: 'cell', cell, startedAt } as const;
    let record: CompletedCell | FailedCell;
    try {
      const measured = await this.#measure(cell);
      record = {
        ...base,
        state: 'completed',
        finishedAt: new Date().toISOString(),
        ...measured,
      };
      this.#before = cell;
    } catch (error) {
      this.#bench.signal.throwIfAborted();
      // The serving may be in any state: the next cell starts its own.
      this.#before = undefined;
      if (error instanceof BenchError && CELL_FAILURES_THAT_END_A_RUN.has(error.code)) throw error;
      record = {
        ...base,
        state: 'failed',
        finishedAt: new Date().toISOString(),
        code: error instanceof BenchError ? error.code : 'BENCH_UNEXPECTED',
        message: messageOf(error),
      };
    }
    await this.#results.append(record);
    return record;
  }

  async #measure(
    cell: Cell,
  ): Promise<Pick<CompletedCell, 'start' | 'load' | 'middleware' | 'servingCpuMs'>> {
    const { serving: fresh, check } = await this.#checked(cell);
    if (check.state === 'failed') {
      throw new BenchError(
        'BENCH_WRONG_ANSWER',
        `The path is not timed: ${check.reason ?? 'wrong answers'}.`,
      );
    }
    let serving = fresh ?? this.#servings.running;
    let start: ServingStart | undefined;
    if (serving === undefined || startsServing(cell, this.#before)) {
      // A serving that has answered the check is no longer cold.
      if (fresh === undefined || cell.scenario === 'cold' || serving === undefined) {
        serving = await this.#start(cell);
        start = await measureFirstRequest(this.#bench, cell, serving);
      }
    }
    const expected = this.#expected(cell);
    const measured = await measureCell(this.#bench, cell, serving, {
      expected,
      samplesFile: this.#samplesFile(cell),
      seed: this.#request.plan.seed + cell.repeat,
      onProgress: (progress) => this.#request.onEvent({ event: 'load', progress }),
    });
    await this.#demandAlive(serving);
    return { ...(start === undefined ? {} : { start }), ...measured };
  }

  /** The check of the cell's path; where it had to be made, also the serving that it was made with. */
  async #checked(
    cell: Cell,
  ): Promise<{ readonly check: AnswerCheck; readonly serving?: RunningServing }> {
    const known = this.#checks.get(checkKey(cell));
    if (known !== undefined) return { check: known };
    const { plan, direct, imagesFolder, onEvent } = this.#request;
    onEvent({ event: 'step', text: `checking the answers of ${checkKey(cell)}` });
    const serving = await this.#start(cell);
    const check = await checkAnswers({
      path: cell.path,
      engine: cell.engine,
      middlewareUrl: this.#bench.middleware.url,
      imagesFolder,
      files: this.#bench.files,
      expected: this.#expected(cell),
      trained: direct.get(cell.engine)?.model.trained ?? plan.model.trained,
      timeoutMs: cell.timeoutMs,
    });
    this.#bench.signal.throwIfAborted();
    await this.#demandAlive(serving);
    this.#checks.set(checkKey(cell), check);
    await this.#results.append(check);
    onEvent({ event: 'check', check });
    return { check, serving };
  }

  #start(cell: Cell): Promise<RunningServing> {
    return this.#servings.restart(cell.path.serving, cell.engine, this.#bench.signal);
  }

  #expected(cell: Cell): readonly number[] {
    const direct = this.#request.direct.get(cell.engine);
    if (direct === undefined) throw new Error(`no right answers for the engine ${cell.engine}`);
    return expectedClasses(direct, cell.path, this.#bench.files);
  }

  #samplesFile(cell: Cell): string {
    const { samples } = runFilesIn(this.#request.folder);
    return path.join(samples, `${cell.id.replaceAll('/', '_')}.csv.gz`);
  }

  async #demandAlive(serving: RunningServing): Promise<void> {
    const exit = await Promise.race([serving.child.gone, Promise.resolve(undefined)]);
    if (exit === undefined) return;
    throw new BenchError(
      'BENCH_SERVING_DIED',
      `${serving.serving} ended (${exit}) under load: ${serving.child.lastWords() || 'it said nothing'}`,
    );
  }
}

/** Runs the cells and tells how far it is. */
const runCells = async (
  run: PlanRun,
  plan: Plan,
  finished: ReadonlySet<string>,
  onEvent: RunRequest['onEvent'],
): Promise<void> => {
  const timeLeft = new TimeLeft();
  const cells = plan.cells.length;
  const left = plan.cells.filter(({ id }) => !finished.has(id));
  for (const [index, cell] of left.entries()) {
    const number = cells - left.length + index + 1;
    const secondsLeft = timeLeft.of(left.slice(index));
    onEvent({ event: 'cell-start', number, cells, cell, secondsLeft });
    const startedAt = performance.now();
    const record = await run.run(cell);
    const seconds = (performance.now() - startedAt) / 1000;
    if (record.state === 'completed') timeLeft.ended(cell, seconds, record.start !== undefined);
    const rest = timeLeft.of(left.slice(index + 1));
    onEvent({ event: 'cell-end', number, cells, record, secondsLeft: rest });
  }
};

/**
 * Runs a plan from its first unfinished cell on and appends a record a cell. A cell that fails is recorded, and the run
 * goes on. Whatever happens, all that was started is stopped before it returns.
 * @throws BenchError where nothing can be measured at all or the disk takes no more records; the reason of `signal`.
 */
export const runPlan = async (request: RunRequest): Promise<void> => {
  const { folder, plan, imagesFolder, model, processes, signal, onEvent } = request;
  const files = runFilesIn(folder);
  const results = await openResultsFile(files.results);
  const records = await readRecords(folder, plan);
  const finished = new Set(
    records.flatMap((record) => (record.kind === 'cell' ? [record.cell.id] : [])),
  );
  const servings = await ServingControl.create({
    servings: [...new Set(plan.cells.map(({ path: way }) => way.serving))],
    ...(model === undefined ? {} : { model }),
  });
  onEvent({ event: 'step', text: 'starting the middleware' });
  const middleware = await startMiddleware({
    servingUrls: servings.urls,
    imagesFolder,
    port: 0,
    timeoutMs: Math.max(...plan.cells.map(({ timeoutMs }) => timeoutMs)),
    ...(processes === undefined ? {} : { processes }),
  });
  try {
    const environment = await collectEnvironment(plan, middleware.processes);
    await writeJsonFile(files.environment, environment);
    const secondsLeft = new TimeLeft().of(plan.cells.filter(({ id }) => !finished.has(id)));
    const cells = plan.cells.length;
    onEvent({ event: 'run-start', folder, cells, finished: finished.size, secondsLeft });
    const bench = { middleware, imagesFolder, files: plan.images.map(({ file }) => file), signal };
    const checks = records.filter((record) => record.kind === 'check');
    const run = new PlanRun(request, bench, servings, results, checks);
    await runCells(run, plan, finished, onEvent);
  } finally {
    await servings.stop();
    await middleware.child.stop();
    await results.close();
  }
};
