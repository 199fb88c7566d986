import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LocalServing } from '../../../lib/bench/run/servings/runtime.ts';
import { venv } from '../../../lib/bench/run/servings/venv.ts';
import type { ServingName } from '../../../serving-configs/index.ts';
import type { Protocol } from '../../../serving-configs/manifest.ts';
import {
  readTensors,
  valuesOf,
  writeTensors,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import type {
  ModelCallAnswer,
  ServerModels,
} from '../../../serving-configs/runtimes/server-models.ts';
import { SINGLE } from '../../../serving-configs/settings.ts';
import { onnxModel } from '../../support/onnx-models.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { tensor, writeTensorModel } from '../../support/user-model.ts';

const ALL = ['head-1', 'head-2', 'head-3', 'head-4'] as const;
const [FIRST, SECOND, THIRD, FOURTH] = ALL;

const FLOAT32 = 1;

/** Computes `y` = factor · `x` (FP32 [1, 2]), so that an answer tells which model gave it. */
const timesModel = (factor: number): Uint8Array =>
  onnxModel({
    inputs: [{ name: 'x', type: 'FP32', shape: [1, 2] }],
    outputs: [{ name: 'y', type: 'FP32', shape: [1, 2] }],
    nodes: [
      { op: 'Constant', inputs: [], output: 'whole', attributes: { value_ints: [factor] } },
      { op: 'Cast', inputs: ['whole'], output: 'factor', attributes: { to: FLOAT32 } },
      { op: 'Mul', inputs: ['x', 'factor'], output: 'y' },
    ],
  });

const request = [tensor('x', 'FP32', [1, 2], [1, 3])];
const body = Buffer.concat(writeTensors(request, 'inputs', 'json').body);

/** A server has this time for each call. */
const LIMIT_MS = 30_000;
const limited = () => AbortSignal.timeout(LIMIT_MS);

/** What a server answers: the factor of the model, or its refusal. */
type Answered = number | { readonly status: number | string; readonly text: string };

const ask = async (models: ServerModels, name: string): Promise<Answered> => {
  const { url, headers } = models.requestTo(name);
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: limited() });
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.status !== 200) {
      return { status: response.status, text: Buffer.from(bytes).toString() };
    }
    const [y] = readTensors(bytes, 'outputs').tensors;
    if (y === undefined) throw new Error('no output');
    const [first, second] = Array.from(valuesOf(y), Number);
    return second === 3 * (first ?? NaN) ? (first ?? NaN) : NaN;
  } catch (error) {
    return { status: 'failed', text: String(error) };
  }
};

const askAll = async (models: ServerModels, names: readonly string[]): Promise<Answered[]> => {
  const answers: Answered[] = [];
  for (const name of names) answers.push(await ask(models, name));
  return answers;
};

const write = (folder: string, name: string, bytes: Uint8Array): string => {
  const file = path.join(folder, `${name}.onnx`);
  writeFileSync(file, bytes);
  return file;
};

/** What a call answers, without the time that it took. */
const answerOf = (answer: ModelCallAnswer | undefined) =>
  answer && { ok: answer.ok, status: answer.status, text: answer.text.slice(0, 300) };

interface Files {
  /** By the names of the models. */
  readonly good: Readonly<Record<string, string>>;
  readonly truncated: string;
}

const firstOf = ({ good }: Files): Files['good'] => ({ [FIRST]: good[FIRST] ?? '' });
const firstThree = ({ good }: Files): Files['good'] =>
  Object.fromEntries(Object.entries(good).filter(([name]) => name !== FOURTH));

/**
 * Uses a server that was started with some models.
 *
 * @param choose the models of the start
 */
const withServer = async <Result>(
  serving: ServingName,
  choose: (files: Files) => Files['good'],
  use: (server: LocalServing, models: ServerModels, files: Files) => Promise<Result>,
): Promise<Result> => {
  const folder = newFolder();
  const { model } = await writeTensorModel(folder, timesModel(1), [request]);
  const files = {
    good: Object.fromEntries(
      ALL.map((name, at) => [name, write(folder, name, timesModel(at + 1))] as const),
    ),
    truncated: write(folder, 'truncated', timesModel(4).subarray(0, -20)),
  };
  const toStart = {
    name: serving,
    backend: { kind: 'model' },
    ports: { rest: 0, grpc: 0 },
    models: choose(files),
  } as const;
  const first = { ...model, name: FIRST };
  const server = await venv.start(toStart, first, SINGLE, new AbortController().signal);
  try {
    if (server.place !== 'local' || server.models === undefined) throw new Error('no models');
    return await use(server, server.models, files);
  } finally {
    await server.stop();
  }
};

/** What is expected of a server that loads models while it runs. */
interface LoadingFacts {
  readonly loadsOver: readonly Protocol[];
  readonly processesPerModel: number;
  /** What it answers to a request to a model that it never had, or that was unloaded. */
  readonly unknown: RegExp;
  readonly unloaded: RegExp;
  /** What it answers to unloading a model that is not loaded. */
  readonly unloadedTwice: string;
  /** What it answers to loading a truncated file. */
  readonly broken: readonly [status: string, text: RegExp];
}

const missing = (text: RegExp) => ({
  status: 404,
  text: expect.stringMatching(text) as string,
});

/** Tests a server that loads models while it runs. */
export const describeLoading = (
  serving: ServingName,
  facts: LoadingFacts,
  over: Protocol = 'rest',
): void => {
  it(`${serving} over ${over}`, async () => {
    const observed = await withServer(serving, firstOf, async ({ processes }, models, files) => {
      const load = async (name: string, file = files.good[name] ?? '') =>
        answerOf(await models.load?.(name, file, over, limited()));
      const unload = async (name: string) => answerOf(await models.unload?.(name, over, limited()));
      const count = async () => (await processes.list()).length;
      const stateOf = async (name: string) => ({
        answers: await askAll(models, ALL),
        listed: (await models.list?.(limited()))?.toSorted(),
        ready: await models.isReady?.(name, limited()),
      });
      const atStart = await stateOf(SECOND);
      const before = await count();
      const loads = [await load(SECOND), await load(THIRD)];
      const loaded = await stateOf(SECOND);
      return {
        loadsOver: models.loadsOver,
        atStart,
        loads,
        processesPerModel: ((await count()) - before) / loads.length,
        loaded,
        unload: await unload(SECOND),
        unloaded: await stateOf(SECOND),
        unloadedTwice: (await unload(SECOND))?.status,
        again: await load(SECOND),
        broken: await load(FOURTH, files.truncated),
        besideBroken: await stateOf(FOURTH),
        repaired: await load(FOURTH),
        atEnd: await stateOf(FOURTH),
      };
    });

    const done = expect.objectContaining({ ok: true }) as ModelCallAnswer;
    const [status, text] = facts.broken;
    const never = missing(facts.unknown);
    expect(observed).toEqual({
      loadsOver: facts.loadsOver,
      atStart: { answers: [1, never, never, never], listed: [FIRST], ready: false },
      loads: [done, done],
      processesPerModel: facts.processesPerModel,
      loaded: { answers: [1, 2, 3, never], listed: [FIRST, SECOND, THIRD], ready: true },
      unload: done,
      unloaded: {
        answers: [1, missing(facts.unloaded), 3, never],
        listed: [FIRST, THIRD],
        ready: false,
      },
      unloadedTwice: facts.unloadedTwice,
      again: done,
      broken: { ok: false, status, text: expect.stringMatching(text) as string },
      besideBroken: {
        answers: [1, 2, 3, missing(facts.unloaded)],
        listed: [FIRST, SECOND, THIRD],
        ready: false,
      },
      repaired: done,
      atEnd: { answers: [1, 2, 3, 4], listed: ALL, ready: true },
    });
  });
};

/** Tests a server that serves only the models of its start. */
export const describeRestart = (
  serving: ServingName,
  facts: { readonly processes: number; readonly unknown: RegExp },
): void => {
  it(serving, async () => {
    const observed = await withServer(serving, firstThree, async ({ processes }, models) => ({
      answers: await askAll(models, ALL),
      processes: (await processes.list()).length,
      how: models.how,
      calls: [models.load, models.unload, models.isReady, models.list],
    }));

    expect(observed).toEqual({
      answers: [1, 2, 3, { status: 404, text: expect.stringMatching(facts.unknown) as string }],
      processes: facts.processes,
      how: 'restart',
      calls: [undefined, undefined, undefined, undefined],
    });
  });
};

/** A server that is started with a list that has a truncated file. */
export const startWithBroken = <Result>(
  serving: ServingName,
  use: (server: LocalServing, answers: readonly Answered[]) => Promise<Result>,
): Promise<Result> =>
  withServer(
    serving,
    (files) => ({ ...firstThree(files), [THIRD]: files.truncated }),
    async (server, models) => use(server, await askAll(models, ALL)),
  );

/** A server that loads a model at the first request to it. */
export const observeOnDemand = (serving: ServingName) =>
  withServer(serving, firstOf, async ({ processes }, models, { good, truncated }) => {
    const before = (await processes.list()).length;
    const known = async (name: string, file = good[name] ?? '') => {
      const answer = await models.load?.(name, file, undefined, limited());
      return [answer?.status, await ask(models, name)];
    };
    return {
      how: models.how,
      loadsOver: models.loadsOver,
      calls: [models.unload, models.isReady, models.list],
      unknown: await ask(models, SECOND),
      loads: [await known(SECOND), await known(THIRD)],
      broken: await known(FOURTH, truncated),
      besideBroken: await askAll(models, [FIRST, SECOND, THIRD]),
      repaired: await known(FOURTH),
      // It keeps what it has loaded.
      replaced: await known(FOURTH, good[FIRST]),
      furtherProcesses: (await processes.list()).length - before,
    };
  });
