import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Protocol } from '../../../../serving-configs/manifest.ts';
import type { GivenModel } from '../../../../serving-configs/models/model.ts';
import { choosePorts, type RequestedPorts } from '../../../../serving-configs/runtimes/ports.ts';
import { BenchError } from '../../model/errors.ts';
import type { ManyFigures, ManyPlan, ManyRecord } from '../../model/many-models.ts';
import type { Target } from '../../model/measurement.ts';
import type { Plan } from '../../model/plan.ts';
import { loadProtocolsOf } from '../../plan/many-models.ts';
import { announceRun } from '../../results/other-runs.ts';
import { openResultsFile } from '../../results/results-file.ts';
import { readRecords, runFilesIn } from '../../results/run-folder.ts';
import { labelOf, targetLabels } from '../../wording/labels.ts';
import { createLoadProcess, type RunLoad } from '../load-process.ts';
import { beginMachineLoad, machineWarnings } from '../machine-load.ts';
import { writeEnvironment, type ReadyRun } from '../run-plan.ts';
import { runtimes } from '../servings/system-under-test.ts';
import { measureServer } from './measure-server.ts';
import { modelsFolderOf, writeBook, type ManyInputs, type WrittenBook } from './models.ts';
import type { ModelServer, SessionContext } from './server-session.ts';

/** A server is given up after this time. */
const SERVER_MS = 600_000;

/** The control is long enough for a p99 at the highest rate of the neighbour. */
const PACE = { loadLimitMs: 30_000, marginMs: 1000, controlSeconds: 6, settleSeconds: 2 } as const;

/** What is measured: a server, and over which protocol it loads models if it has several. */
interface Row {
  readonly target: Target;
  readonly over: Protocol | undefined;
}

const rowId = ({ target, over }: Pick<ManyRecord, 'target' | 'over'>): string =>
  JSON.stringify([target, over]);

/** The rows of a plan: one for each protocol over which a server loads models. */
const rowsOf = ({ targets }: Plan): readonly Row[] =>
  targets.flatMap((target) => loadProtocolsOf(target.serving).map((over) => ({ target, over })));

/** Starts a server with several models on these ports. */
const starter =
  (
    { plan, source, signal }: ReadyRun,
    { serving, settings }: Target,
    ports: RequestedPorts,
  ): SessionContext['start'] =>
  async (models): Promise<ModelServer> => {
    const [[name, onnx] = ['', '']] = Object.entries(models);
    const { runtime } = plan;
    if (source.kind !== 'given' || runtime !== 'venv')
      throw new Error('not a run with many models');
    const model: GivenModel = { ...source, name, formats: { onnx } };
    const started = await runtimes[runtime].start(
      { name: serving, backend: { kind: 'model' }, ports, served: plan.served?.[serving], models },
      model,
      settings,
      signal,
    );
    if (started.place === 'local' && started.models !== undefined) {
      return { ...started, models: started.models };
    }
    await started.stop();
    throw new BenchError('BENCH_NOT_STARTED', `${serving} holds one model`);
  };

const freePorts = async (): Promise<RequestedPorts> => {
  const [rest = 0, grpc = 0] = await choosePorts([0, 0]);
  return { rest, grpc };
};

/** What the servers of a run share. */
interface ManyRun {
  readonly request: ReadyRun;
  readonly many: ManyPlan;
  readonly modelsFolder: string;
  readonly written: WrittenBook;
  readonly runLoad: RunLoad;
}

const measureRow = async (
  { request, many, modelsFolder, written, runLoad }: ManyRun,
  { target, over }: Row,
): Promise<ManyFigures> => {
  const { plan, emit, signal, endBeforeMs = Infinity } = request;
  const label = labelOf(targetLabels(plan.targets, plan), target);
  const folder = await mkdtemp(join(tmpdir(), 'serving-compare-'));
  const slow = many.slow ?? many.models.at(-1);
  try {
    return await measureServer({
      ...written,
      ...PACE,
      many,
      over,
      models: many.models.map(({ name, file }) => [name, join(modelsFolder, file)]),
      slowFile: join(modelsFolder, slow?.file ?? ''),
      durationSeconds: plan.options.durationSeconds,
      timeoutMs: plan.options.timeoutMs,
      seed: plan.seed,
      folder,
      start: starter(request, target, await freePorts()),
      startSingle: async (models) => starter(request, target, await freePorts())(models),
      runLoad,
      endBeforeMs: Math.min(endBeforeMs, performance.now() + SERVER_MS),
      tell: (what) =>
        emit({
          event: 'preparing',
          what: `${label}${over === undefined ? '' : ` over ${over}`}: ${what}`,
        }),
      signal,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * Measures how each server of a plan holds many models, and writes a record of each that has none. A server that fails does not end the run.
 *
 * @throws BenchError if the run cannot continue; the signal's reason if it was aborted.
 */
export const runMany = async (request: ReadyRun, many: ManyPlan): Promise<void> => {
  const { folder, plan, imagesDir, emit, signal } = request;
  const results = await openResultsFile(runFilesIn(folder).results);
  const { records } = await readRecords(folder, plan);
  const isDone = new Set(
    records.flatMap((each) =>
      each.kind === 'many-models' && each.state === 'completed' ? [rowId(each)] : [],
    ),
  );
  const { others, leave } = await announceRun(folder);
  const endMachineLoad = beginMachineLoad(others);
  const load = createLoadProcess('embedded');
  const root = await mkdtemp(join(tmpdir(), 'serving-compare-'));
  const inputs: ManyInputs = {
    requestsDir: imagesDir,
    files: plan.images.map(({ file }) => file),
    checks: plan.model.checks as ManyInputs['checks'],
  };
  try {
    emit({ event: 'preparing', what: 'computing the correct answers of all models' });
    const modelsFolder = await modelsFolderOf(plan.settings, many.counts, signal);
    const written = await writeBook(many, modelsFolder, inputs, root, signal);
    const machineLoad = await endMachineLoad();
    for (const text of machineWarnings(machineLoad)) emit({ event: 'warning', text });
    await writeEnvironment(request, 0, machineLoad);
    for (const row of rowsOf(plan)) {
      signal.throwIfAborted();
      if (isDone.has(rowId(row))) continue;
      const startedAt = new Date().toISOString();
      const run = { request, many, modelsFolder, written, runLoad: load.run };
      const figures = await measureRow(run, row).catch((error: unknown) => {
        signal.throwIfAborted();
        if (!(error instanceof BenchError)) throw error;
        return { state: 'failed', code: error.code, message: error.message } as const;
      });
      const common = { kind: 'many-models', planHash: plan.hash, ...row } as const;
      await results.append({
        ...common,
        startedAt,
        finishedAt: new Date().toISOString(),
        ...figures,
      });
    }
  } finally {
    await load.stop();
    await results.close();
    await leave();
    await rm(root, { recursive: true, force: true });
  }
};
