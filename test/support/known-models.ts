import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  readTensors,
  writeTensors,
  type NamedTensor,
} from '../../serving-configs/models/tensors/tensor-body.ts';
import { choosePorts } from '../../serving-configs/runtimes/ports.ts';
import type { ServerModels } from '../../serving-configs/runtimes/server-models.ts';
import { createLoadProcess } from '../../lib/bench/run/load-process.ts';
import { measureServer, type ManyContext } from '../../lib/bench/run/many/measure-server.ts';
import type { ModelServer } from '../../lib/bench/run/many/server-session.ts';
import { treeUse } from '../../lib/bench/run/servings/process-use.ts';
import { localProcesses } from '../../lib/bench/run/servings/processes.ts';
import { manyOf } from '../../lib/bench/analysis/many/summary.ts';
import type { ManyServer } from '../../lib/bench/analysis/many/many-types.ts';
import type { ManyFigures } from '../../lib/bench/model/many-models.ts';
import type { Plan } from '../../lib/bench/model/plan.ts';
import { tensor } from './user-model.ts';

/** What is true of a known server. */
export interface KnownTruth {
  readonly MiB: number;
  readonly loadMs: number;
  /** What each model that is there adds to that. */
  readonly loadMsPerModel: number;
  /** Whose connections wait while a model is loaded; absent: none. */
  readonly blocks: 'all' | 'one-of-8';
  /** Absent: memory is returned. */
  readonly afterUnload: 'kept' | 'leaked';
  /** A model answers this long after the server said that it is loaded. */
  readonly lateMs: number;
  readonly answerMs: number;
  /** How much longer an answer takes after that of another model. */
  readonly switchMs: number;
  /** A model, and the number of its answer that is another model's. */
  readonly mixesUp: { readonly model: string; readonly at: number };
  readonly listsAtMost: number;
  /** The number of models from which loads fail. */
  readonly failsFrom: number;
  readonly hangsOn: string;
  readonly answersUnknown: boolean;
  readonly diesOnBroken: boolean;
}

const outputOf = (model: number, value: number): NamedTensor =>
  tensor('y', 'FP32', [1, 2], [model, value]);

/** What a model answers to a value. */
export const answerOf = (model: number, value: number): string =>
  Buffer.concat(writeTensors([outputOf(model, value)], 'outputs', 'json').body).toString();

const VALUES = [1, 2, 3, 4];

/** The names of the models of a run. */
const nameOf = (model: number): string => `model-${model}`;

const postTo = async (url: string, body: string, signal: AbortSignal) => {
  const sentMs = performance.now();
  const response = await fetch(url, { method: 'POST', body, signal });
  const text = await response.text();
  const ms = performance.now() - sentMs;
  return { ok: response.ok, status: String(response.status), text, ms };
};

const modelsAt = (url: string): ServerModels => ({
  how: 'api',
  loadsOver: ['rest'],
  requestTo: (model) => ({
    url: `${url}/infer/${model}`,
    headers: { 'content-type': 'application/json' },
  }),
  load: (name, file, _over, signal) => postTo(`${url}/load/${name}`, file, signal),
  unload: (name, _over, signal) => postTo(`${url}/unload/${name}`, '', signal),
  list: async (signal) => JSON.parse((await postTo(`${url}/list`, '', signal)).text) as string[],
});

/** Starts a known server with models. */
const startKnown = async (
  truth: Partial<KnownTruth>,
  models: Readonly<Record<string, string>>,
): Promise<ModelServer> => {
  const [port = 0] = await choosePorts([0]);
  const child = spawn(
    process.execPath,
    [
      '--expose-gc',
      'bin/typescript.js',
      'test/support/known-models-server.ts',
      String(port),
      JSON.stringify(truth),
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      // Large blocks go back to the system as soon as they are freed.
      env: { ...process.env, MALLOC_MMAP_THRESHOLD_: '65536' },
    },
  );
  await once(child.stdout, 'data');
  const pid = child.pid ?? -1;
  const ended = once(child, 'exit').then(
    () => ({ code: 'BENCH_SERVING_DIED', how: 'the known server ended' }) as const,
  );
  const url = `http://127.0.0.1:${port}`;
  const { signal } = new AbortController();
  for (const [name, file] of Object.entries(models))
    await postTo(`${url}/load/${name}`, file, signal);
  return {
    place: 'local',
    urls: { rest: url },
    timeToReadyMs: 0,
    ended,
    use: () => treeUse(pid),
    idleCpuShare: () => Promise.resolve(0),
    processes: localProcesses(pid, true),
    models: modelsAt(url),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

const TARGET = {
  serving: 'flask',
  protocol: 'rest',
  payload: 'tensors',
  encoding: 'json',
} as const;

/** What a summary says of a server with these figures. */
const summarised = (figures: ManyFigures, counts: readonly number[]): ManyServer => {
  const record = {
    kind: 'many-models',
    target: TARGET,
    startedAt: '',
    finishedAt: '',
    ...figures,
  } as const;
  const plan = { many: { counts }, targets: [TARGET] } as unknown as Plan;
  const [server] = manyOf(plan, [record])?.servers ?? [];
  if (server === undefined) throw new Error('no server');
  return server;
};

/** Measures a known server with many models in less time than a run takes, and says what a summary says of it. */
export const measureKnown = async (
  truth: Partial<KnownTruth>,
  counts: readonly number[] = [1, 9],
  more: Partial<ManyContext> = {},
): Promise<ManyServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  const numbers = Array.from({ length: (counts.at(-1) ?? 1) + 1 }, (_, at) => at + 1);
  const fileOf = (model: number): string => join(folder, `${nameOf(model)}.txt`);
  for (const model of numbers) writeFileSync(fileOf(model), `model ${model}`);
  const slowFile = join(folder, 'slow.txt');
  writeFileSync(slowFile, 'model 1000');
  const bodies = VALUES.map((value) =>
    Buffer.concat(writeTensors([tensor('x', 'FP32', [1, 1], [value])], 'inputs', 'json').body),
  );
  const bodyFiles = bodies.map((body, at) => {
    const file = join(folder, `${at}.json`);
    writeFileSync(file, body);
    return file;
  });
  const named = new Map([
    ...numbers.map((model) => [nameOf(model), model] as const),
    ['slow', 1000] as const,
    ['broken', 1] as const,
    ['later', 2] as const,
  ]);
  const answersOf = (model: number) =>
    VALUES.map((value) => readTensors(Buffer.from(answerOf(model, value)), 'outputs').tensors);
  for (const model of named.values()) {
    mkdirSync(join(folder, `answers-${model}`), { recursive: true });
    for (const [at, value] of VALUES.entries()) {
      writeFileSync(join(folder, `answers-${model}`, String(at)), answerOf(model, value));
    }
  }
  const load = createLoadProcess('embedded');
  try {
    const figures = await measureServer({
      many: { counts, memoryLimitMiB: 8192 },
      models: numbers.slice(0, -1).map((model) => [nameOf(model), fileOf(model)]),
      slowFile,
      durationSeconds: 0.5,
      seed: 1,
      folder,
      book: {
        bodies,
        correct: new Map([...named].map(([name, model]) => [name, answersOf(model)])),
        checks: { y: { check: 'allclose', rtol: 0, atol: 0 } },
      },
      bodyFiles,
      answerFiles: (model) =>
        VALUES.map((_, at) => join(folder, `answers-${named.get(model)}`, String(at))),
      over: undefined,
      timeoutMs: 2000,
      start: (models) => startKnown(truth, models),
      startSingle: (models) => startKnown(truth, models),
      runLoad: load.run,
      endBeforeMs: Infinity,
      controlSeconds: 1,
      settleSeconds: 0.3,
      marginMs: 200,
      loadLimitMs: 10_000,
      tell: () => undefined,
      signal: new AbortController().signal,
      ...more,
    });
    return summarised(figures, counts);
  } finally {
    await load.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
