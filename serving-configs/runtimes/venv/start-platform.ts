import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { manifestOf, ownManifestOf, servingNames, type ServingName } from '../../index.ts';
import type { ServingManifest, VenvFacts } from '../../manifest.ts';
import { tensorFields } from '../../models/build/model-config.ts';
import { labelsFile } from '../../models/input/classifier.ts';
import { readTensorModel } from '../../models/tensors/tensor-model.ts';
import { chooseModel } from '../../reference/onnx/choose-model.ts';
import { UsageError } from '../../options/usage-error.ts';
import { awaitPlatform, type RunPorts } from './await-platform.ts';
import {
  engineWords,
  platformWords,
  reasonAgainst,
  reasonNotInstalled,
} from './describe-serving.ts';
import { environmentAt, readInstalled } from './environments.ts';
import { startGuarded, type GuardedProcess } from './guarded-process.ts';
import type { MainOptions } from './options.ts';
import { fillIn, type PlaceholderValues, writeFiles } from './placeholders.ts';
import { choosePorts, LOOPBACK } from '../ports.ts';
import { readRequirements } from './requirements.ts';
import { NotRunning } from '../run-serving.ts';
import { modelServed, servedModel } from '../served-model.ts';
import { factsOf, filesFolder, isPossible } from './venv-facts.ts';

const PYTHON_SIDE = path.join(import.meta.dirname, 'python');
const LAST_LINES = 20;

const portsFor = async (
  { grpc }: ServingManifest,
  { ports = [] }: VenvFacts,
  { port, grpcPort }: MainOptions,
): Promise<RunPorts> => {
  const asked = grpc === undefined ? [port] : [port, grpcPort];
  const chosen = await choosePorts([...asked, ...ports.map(() => 0)]);
  const own = ports.map((name, index) => [name, chosen[asked.length + index] ?? 0] as const);
  return {
    rest: chosen[0] ?? 0,
    grpc: grpc === undefined ? undefined : chosen[1],
    own: Object.fromEntries(own),
  };
};

const assertInstalled = async (
  serving: ServingName,
  facts: VenvFacts,
  { engine, cacheFolder }: MainOptions,
) => {
  const requirements = await readRequirements(facts.environment);
  const needs = [
    ...(facts.needs ?? []),
    ...(engine === 'noop' ? (facts.noopEngine?.needs ?? []) : []),
  ];
  const reason = await reasonNotInstalled(serving, { ...facts, needs }, requirements, cacheFolder);
  const environment = environmentAt(cacheFolder, facts.environment);
  const installed = await readInstalled(environment, requirements);
  if (reason !== undefined || installed === undefined) {
    throw new UsageError(
      `${serving} cannot start from packages: ${reason ?? 'they are not installed'}`,
      `install what is missing, then npx serving-compare setup --servings ${serving}`,
    );
  }
  return { requirements, environment, packages: installed.packages };
};

/** On another port than REST it is the platform's own port for metrics. */
const statisticsUrlOf = (
  { statistics, rest }: ServingManifest,
  ports: RunPorts,
): string | undefined => {
  if (statistics === undefined) return undefined;
  const port = statistics.port === rest.port ? ports.rest : ports.own['metrics'];
  return port === undefined ? undefined : `http://${LOOPBACK}:${port}${statistics.path}`;
};

/** The environment of every platform's processes. */
const commonVariables = (
  bin: string,
  work: string,
  threads: number,
): Readonly<Record<string, string | undefined>> => ({
  ...process.env,
  // Programs of the environment come first, and what the platforms keep in a home folder goes with the run.
  PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
  HOME: work,
  TMPDIR: path.join(work, 'tmp'),
  PYTHONPATH: PYTHON_SIDE,
  PYTHONUNBUFFERED: '1',
  PYTHONHOME: undefined,
  VIRTUAL_ENV: undefined,
  // Two shared cores: every library that has threads of its own gets as many as the engine.
  OMP_NUM_THREADS: String(threads),
  OPENBLAS_NUM_THREADS: String(threads),
  VIPS_CONCURRENCY: '1',
  ORT_DISABLE_TELEMETRY: '1',
});

const lastLinesOf = async (file: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
};

const withWords = (message: string, words: string): string =>
  words === '' ? message : `${message}; its last lines:\n${words}`;

/** Waits until the platform answers; it is stopped where it does not. */
const assertReady = async (
  platform: string,
  { process: guarded, log }: { readonly process: GuardedProcess; readonly log: string },
  seconds: number,
  stopping: AbortSignal,
  ready: (signal: AbortSignal) => Promise<boolean>,
): Promise<void> => {
  const over = new AbortController();
  const limit = AbortSignal.timeout(seconds * 1000);
  const signal = AbortSignal.any([over.signal, limit, stopping]);
  const end = guarded.ended.then((how) => {
    over.abort();
    return how;
  });
  if (await ready(signal)) return;
  const words = await lastLinesOf(log);
  guarded.stop();
  const how = await end;
  stopping.throwIfAborted();
  throw new NotRunning(
    limit.aborted
      ? withWords(`${platform} was not ready after ${seconds} s`, words)
      : withWords(`${platform} ended before it was ready`, how.words),
  );
};

/**
 * Starts the platform of a serving and resolves when it answers over all its protocols.
 * @param stopping - Gives it up.
 * @throws UsageError where its user can fix what is wrong; NotRunning where the platform fails; the signal's reason.
 */
export const startPlatform = async (options: MainOptions, stopping: AbortSignal) => {
  const { serving, engine, threads, tensorModelFile } = options;
  if (tensorModelFile !== undefined && manifestOf(serving).rest.tensors === undefined) {
    throw new UsageError(
      `${serving} does not support models with named tensors`,
      `choose one of ${servingNames.filter((name) => manifestOf(name).rest.tensors).join(', ')}`,
    );
  }
  const facts = factsOf(serving);
  const against = reasonAgainst(facts, tensorModelFile !== undefined);
  if (!isPossible(facts) || against !== undefined) {
    throw new UsageError(
      `${serving} cannot run from packages: ${against}`,
      'npx serving-compare servings lists what can run here',
    );
  }
  const tensorModel = tensorModelFile === undefined ? undefined : readTensorModel(tensorModelFile);
  const manifest = ownManifestOf(serving, tensorModel?.name);
  const { requirements, environment, packages } = await assertInstalled(serving, facts, options);
  const ports = await portsFor(manifest, facts, options);
  const model = modelServed(manifest.model, tensorModel);
  const { inputs = [], outputs = [] } = model;
  const file =
    tensorModel?.file ??
    (await chooseModel(options.modelFile, options.cacheFolder)).fileFor(model.layout);
  const example = tensorModel && new Uint8Array(await readFile(tensorModel.example.request));
  const work = await mkdtemp(path.join(tmpdir(), 'venv-'));
  const log = path.join(work, 'output.log');
  const here = filesFolder(serving);
  const values: PlaceholderValues = {
    // Of the environment: Python, and the folders of its programs and packages.
    python: environment.python,
    bin: environment.bin,
    packages,
    node: process.execPath,
    // The folder `venv` of the platform, the Python side that all share, and the folder of the run with its name, which no other run has.
    here,
    common: PYTHON_SIDE,
    work,
    run: path.basename(work),
    model: model.name,
    inputs: JSON.stringify(inputs),
    outputs: JSON.stringify(outputs),
    tensorFields: tensorFields({ inputs, outputs }),
    threads: String(threads),
    restPort: String(ports.rest),
    grpcPort: String(ports.grpc ?? ''),
    ...Object.fromEntries(
      Object.entries(ports.own).map(([port, number]) => [`port:${port}`, String(number)]),
    ),
  };
  let guarded: GuardedProcess;
  try {
    await mkdir(path.join(work, 'tmp'));
    await writeFiles(facts.files, here, work, values);
    const variables = Object.entries(facts.variables ?? {}).map(
      ([name, text]) => [name, fillIn(text, values)] as const,
    );
    stopping.throwIfAborted();
    guarded = startGuarded(
      {
        python: environment.python,
        command: facts.command.map((argument) => fillIn(argument, values)),
        variables: {
          ...commonVariables(environment.bin, work, threads),
          SERVED_MODEL: servedModel(model, { file, engine, threads, labels: labelsFile }),
          ...Object.fromEntries(variables),
        },
        stop: facts.stop,
        leaves: facts.leaves?.map((pattern) => fillIn(pattern, values)),
      },
      work,
      log,
    );
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw error;
  }
  const platform = platformWords(facts, requirements);
  await assertReady(
    platform,
    { process: guarded, log },
    manifest.startTimeoutSeconds,
    stopping,
    (signal) => {
      const { ready } = facts;
      return awaitPlatform(
        {
          ...ready,
          path: fillIn(ready.path, values),
          predict: ready.predict && (example ?? ready.predict),
        },
        ports,
        signal,
      );
    },
  );
  stopping.addEventListener('abort', () => guarded.stop(), { once: true });
  if (stopping.aborted) guarded.stop();
  return {
    line: {
      url: `http://${LOOPBACK}:${ports.rest}`,
      grpcUrl: ports.grpc && `http://${LOOPBACK}:${ports.grpc}`,
      statisticsUrl: statisticsUrlOf(manifest, ports),
      serving,
      platform,
      engine: engineWords(requirements, engine, threads),
      pid: guarded.pid,
    },
    ended: guarded.ended.then(({ words }) => ({
      problem: new NotRunning(`${platform} ended by itself; its last lines:\n${words}`),
      words,
    })),
  };
};
