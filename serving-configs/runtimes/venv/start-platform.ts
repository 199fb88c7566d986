import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ownManifestOf, type ServingName } from '../../index.ts';
import type { VenvFacts } from '../../manifest.ts';
import { defaultCache } from '../../installation.ts';
import { tensorFields } from '../../models/build/model-config.ts';
import { manifestModelOf, type Model } from '../../models/model.ts';
import { servedModelOf, type ServedModel } from '../../models/served-model.ts';
import { onnxFileOf } from '../../reference/onnx/choose-model.ts';
import { shellWord } from '../../options/shell-word.ts';
import { UsageError } from '../../options/usage-error.ts';
import { askedInstances, settingValues, type Settings } from '../../settings.ts';
import { withTimeLimit } from '../../time-limit.ts';
import { awaitInstances, COUNTS_FOLDER, COUNTS_VARIABLE, readBatches } from '../batch-counts.ts';
import { isListening, LOOPBACK, type RequestedPorts } from '../ports.ts';
import { awaitReady, poll, probeWith } from '../ready.ts';
import { startGuard } from '../guards.ts';
import { PORT, writeStartScript } from '../start-script.ts';
import { NotRunning } from '../not-running.ts';
import { servedModel, type VenvEngine } from '../served-model.ts';
import {
  describeEngine,
  describeSoftware,
  findPackages,
  reasonImpossible,
} from './describe-serving.ts';
import { environmentAt, type PythonEnvironment } from './environments.ts';
import { fillIn, fillInAll, type PlaceholderValues, writeFiles } from './placeholders.ts';
import { readRequirements } from './requirements.ts';
import { chooseRunPorts, probeUrl, statisticsUrl, type RunPorts } from './run-ports.ts';
import { prepareModels, serveModels, type ModelFiles } from './several-models.ts';
import { factsOf, filesFolder, isPossible } from './venv-facts.ts';

/** What to write, and how. */
interface PlatformToWrite {
  readonly serving: ServingName;
  /** `onnx` computes, `noop` answers at once. */
  readonly engine: VenvEngine;
  readonly settings: Settings;
  readonly model: Model;
}

/** What to run, and how. */
export interface PlatformOptions extends PlatformToWrite {
  readonly ports: RequestedPorts;
  /**
   * Names of the models to serve with their ONNX files, absolute paths; the first is the model itself. The server can then take
   * more. Absent: only the model.
   */
  readonly models?: ModelFiles | undefined;
}

const GUARD = path.join(import.meta.dirname, 'guard.py');
const PYTHON_FOLDER = path.join(import.meta.dirname, 'python');
const LAST_LINES = 20;
const GUARD_LINES = 25;

/**
 * The facts of a serving that can run from packages on this machine.
 * @throws UsageError if it cannot.
 */
const assertPossible = ({ serving, model }: PlatformToWrite): VenvFacts => {
  const facts = factsOf(serving);
  const reason = reasonImpossible(facts, model.kind);
  if (!isPossible(facts) || reason !== undefined) {
    throw new UsageError(
      `${serving} cannot run from packages: ${reason}`,
      '"npx serving-compare servings" lists the servings that can run on this machine',
    );
  }
  return facts;
};

/** @throws UsageError if packages or tools are missing. */
const assertInstalled = async (
  serving: ServingName,
  facts: VenvFacts,
  { engine }: PlatformToWrite,
) => {
  const requirements = await readRequirements(facts.environment);
  const noopNeeds = engine === 'noop' ? (facts.noopEngine?.needs ?? []) : [];
  const needs = [...(facts.needs ?? []), ...noopNeeds];
  const { packages, missing } = await findPackages(
    { ...facts, needs },
    requirements,
    defaultCache(),
  );
  if (packages === undefined) {
    throw new UsageError(
      `${serving} cannot start from packages: ${missing}`,
      `install what is missing, then set it up: npx serving-compare setup --servings ${serving}`,
    );
  }
  const environment = environmentAt(defaultCache(), facts.environment);
  return { requirements, environment, packages };
};

/** The environment variables of all platforms, besides the `PATH`, on which programs of the environment come first. */
const commonVariables = (
  work: string,
  settings: Settings,
): Readonly<Record<string, string | undefined>> => ({
  // What a platform writes into its home folder is removed after the run.
  HOME: work,
  TMPDIR: path.join(work, 'tmp'),
  PYTHONPATH: PYTHON_FOLDER,
  PYTHONUNBUFFERED: '1',
  PYTHONHOME: undefined,
  VIRTUAL_ENV: undefined,
  // Cores are shared, so every library with threads of its own gets as many as the engine.
  ...(settings !== 'default' && {
    OMP_NUM_THREADS: String(settings.threads),
    OPENBLAS_NUM_THREADS: String(settings.threads),
  }),
  VIPS_CONCURRENCY: '1',
  ORT_DISABLE_TELEMETRY: '1',
});

/** The values of all placeholders. */
const placeholderValues = (
  { serving, settings }: PlatformToWrite,
  { python, bin }: PythonEnvironment,
  packages: string,
  work: string,
  { name, inputs, outputs }: ServedModel,
  ports: RunPorts,
): PlaceholderValues => {
  return {
    // The Python of the environment, the folder of its programs, and the folder of its packages.
    python,
    bin,
    packages,
    node: process.execPath,
    // The folder `venv` of the platform, and the shared Python code.
    here: filesFolder(serving),
    common: PYTHON_FOLDER,
    // The folder of the run, and its name, which is unique.
    work,
    run: path.basename(work),
    model: name,
    inputs: JSON.stringify(inputs),
    outputs: JSON.stringify(outputs),
    tensorFields: tensorFields({ inputs, outputs }, settings),
    ...settingValues(settings),
    restPort: String(ports.rest),
    grpcPort: String(ports.grpc ?? ''),
    ...Object.fromEntries(
      Object.entries(ports.further).map(([port, number]) => [`port:${port}`, String(number)]),
    ),
  };
};

const lastLinesOf = async (file: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
};

const withLastLines = (message: string, lines: string): string =>
  lines === '' ? message : `${message}; its last lines:\n${lines}`;

/** A platform and all processes that it starts, under a guard. */
interface GuardedPlatform {
  /** Process id of the guard, the ancestor of all processes of the platform. */
  readonly pid: number;
  /**
   * Resolves when all processes have ended and the folder of the run is removed; never rejects. The value is the output of the
   * guard: the processes that it had to kill, or the last lines of a platform that ended by itself.
   */
  readonly ended: Promise<string>;
  readonly stop: () => void;
}

/** Starts a command under the guard. None of its processes outlives this process, even if this one is killed. */
const startGuarded = (
  { stop: { signal, graceSeconds } }: VenvFacts,
  {
    python,
    command,
    variables,
    leaves = [],
  }: {
    readonly python: string;
    readonly command: readonly string[];
    readonly variables: NodeJS.ProcessEnv;
    readonly leaves?: VenvFacts['leaves'];
  },
  /** Of the run; the guard removes it at the end. */
  folder: string,
  log: string,
): GuardedPlatform => {
  const guard = startGuard(
    python,
    [
      // Isolated, so that PYTHONPATH of the platform does not affect the guard.
      '-I',
      GUARD,
      '--signal',
      signal,
      '--grace',
      String(graceSeconds),
      '--log',
      log,
      '--remove',
      folder,
      ...leaves.flatMap((pattern) => ['--leaves', pattern]),
      '--',
      ...command,
    ],
    { cwd: folder, env: variables },
  );
  const lines: string[] = [];
  createInterface({ input: guard.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > GUARD_LINES) lines.shift();
  });
  guard.stdout.resume();
  return {
    pid: guard.pid ?? -1,
    ended: new Promise((resolve) => {
      guard.once('error', (error) => resolve(error.message));
      guard.once('close', () => resolve(lines.join('\n')));
    }),
    stop: () => void guard.kill('SIGTERM'),
  };
};

/**
 * Waits until `isReady` resolves, and stops the platform if it is not ready in time.
 * @param isReady - Resolves to false if its signal is aborted first, or to what is missing then.
 * @throws NotRunning if the platform ended or was not ready in time; the reason of `stopping` if that is aborted.
 */
const assertReady = async (
  platform: string,
  { process: guarded, log }: { readonly process: GuardedPlatform; readonly log: string },
  limitSeconds: number,
  stopping: AbortSignal,
  isReady: (signal: AbortSignal) => Promise<boolean | string>,
): Promise<void> => {
  const ending = new AbortController();
  const ended = guarded.ended.then((output) => {
    ending.abort();
    return output;
  });
  const signal = AbortSignal.any([ending.signal, stopping]);
  const ready = await withTimeLimit(limitSeconds * 1000, signal, isReady);
  if (ready === true) return;
  const isTooSlow = !signal.aborted;
  const lines = await lastLinesOf(log);
  guarded.stop();
  const output = await ended;
  stopping.throwIfAborted();
  if (isTooSlow) {
    const lack = ready === false ? '' : `: ${ready}`;
    const problem = `${platform} was not ready after ${limitSeconds} s${lack}`;
    throw new NotRunning('not-ready', withLastLines(problem, lines));
  }
  throw new NotRunning('ended', withLastLines(`${platform} ended before it was ready`, output));
};

/** A platform with its files, before it is started. */
interface PreparedPlatform {
  readonly requirements: Awaited<ReturnType<typeof readRequirements>>;
  readonly environment: PythonEnvironment;
  readonly values: PlaceholderValues;
  /** Without those of this process. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Writes the files of a platform into a folder, and says how it is started there.
 * @throws UsageError for a problem that the user can fix.
 */
const preparePlatform = async (
  options: PlatformToWrite,
  facts: VenvFacts,
  ports: RunPorts,
  work: string,
): Promise<PreparedPlatform> => {
  const { serving, engine, settings, model } = options;
  const manifest = ownManifestOf(serving, manifestModelOf(model));
  const { requirements, environment, packages } = await assertInstalled(serving, facts, options);
  const file = await onnxFileOf(model, defaultCache());
  const served = servedModelOf(manifest.model, model);
  const values = placeholderValues(options, environment, packages, work, served, ports);
  const filledIn = (texts: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fillIn(text, values)]));
  await mkdir(path.join(work, 'tmp'), { recursive: true });
  await mkdir(path.join(work, COUNTS_FOLDER), { recursive: true });
  await writeFiles(facts.files, filesFolder(serving), work, values);
  return {
    requirements,
    environment,
    values,
    variables: {
      ...commonVariables(work, settings),
      [COUNTS_VARIABLE]: path.join(work, COUNTS_FOLDER),
      SERVED_MODEL: servedModel(manifest.model, model, { file, engine, settings }),
      ...filledIn(facts.variables),
    },
  };
};

/**
 * Writes the configuration of a serving into a folder, with a script `start.sh` that starts it on its own ports.
 * @param folder - An absolute path.
 * @param comment - Lines at the top of the script.
 * @throws UsageError for a problem that the user can fix.
 */
export const writePlatform = async (
  options: PlatformToWrite,
  folder: string,
  comment: readonly string[],
): Promise<void> => {
  const manifest = ownManifestOf(options.serving, manifestModelOf(options.model));
  const facts = assertPossible(options);
  const { further } = await chooseRunPorts(manifest, facts, { rest: 0, grpc: 0 });
  // Even if something listens there now: the script runs later.
  const ports = { rest: manifest.rest.port, grpc: manifest.grpc?.port, further };
  const prepared = await preparePlatform(options, facts, ports, folder);
  const { variables, environment, values } = prepared;
  const exports = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [`unset ${name}`] : [`export ${name}=${shellWord(value)}`],
  );
  const before = [
    `cd ${shellWord(folder)} || exit`,
    `export PATH=${shellWord(environment.bin)}:"$PATH"`,
    ...exports,
  ];
  const command = fillInAll(facts.command, { ...values, restPort: PORT });
  await writeStartScript(folder, { comment, before, command, port: ports.rest });
};

/** Stops a platform if the work that ends its start fails. */
const orStop = async <Result>(
  work: Promise<Result>,
  stop: () => Promise<unknown>,
): Promise<Result> => {
  try {
    return await work;
  } catch (error) {
    await stop();
    throw error;
  }
};

/**
 * Starts the platform of a serving and resolves when it answers over all its protocols.
 * @param stopping - Ends the start.
 * @throws UsageError for a problem that the user can fix, NotRunning if the platform fails, and the reason of `stopping`.
 */
export const startPlatform = async (options: PlatformOptions, stopping: AbortSignal) => {
  const { serving, engine, settings, model, models } = options;
  const manifest = ownManifestOf(serving, manifestModelOf(model));
  // Before anything runs that would have to be stopped.
  const facts = assertPossible(options);
  const request = await probeWith(facts.ready, model, settings);
  const { path: probePath, ...ready } = request;
  const work = await mkdtemp(path.join(tmpdir(), 'venv-'));
  const log = path.join(work, 'output.log');
  const counts = path.join(work, COUNTS_FOLDER);
  let ports: RunPorts;
  let prepared: PreparedPlatform;
  let guarded: GuardedPlatform;
  try {
    ports = await chooseRunPorts(manifest, facts, options.ports);
    prepared = await preparePlatform(options, facts, ports, work);
    const { furtherArguments, variables: ofModels } = await prepareModels(facts, models, work);
    stopping.throwIfAborted();
    const { environment, values: filled, variables } = prepared;
    guarded = startGuarded(
      facts,
      {
        python: environment.python,
        command: fillInAll([...facts.command, ...furtherArguments], filled),
        variables: {
          ...process.env,
          PATH: `${environment.bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
          ...variables,
          ...ofModels,
        },
        leaves: facts.leaves?.map((pattern) => fillIn(pattern, filled)),
      },
      work,
      log,
    );
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw error;
  }
  const { requirements, values } = prepared;
  const platform = describeSoftware(facts, requirements);
  const probe = { ...ready, path: fillIn(probePath, values) };
  const instances = engine === 'noop' ? 1 : askedInstances(settings);
  const isReady = async (signal: AbortSignal): Promise<boolean | string> => {
    await awaitReady(probeUrl(probe, ports), probe, signal);
    const { grpc } = ports;
    if (grpc !== undefined) await poll(() => isListening(grpc), signal);
    if (instances === 1 || signal.aborted) return !signal.aborted;
    return awaitInstances(counts, instances, signal);
  };
  const { startTimeoutSeconds } = manifest;
  await assertReady(platform, { process: guarded, log }, startTimeoutSeconds, stopping, isReady);
  /** Stops it. Returns the output of its guard: the processes that had to be killed. */
  const stop = async (): Promise<string> => {
    guarded.stop();
    return guarded.ended;
  };
  const place = { ports, values, from: filesFolder(serving), work };
  const served = models && (await orStop(serveModels(facts, models, place, stopping), stop));
  return {
    url: `http://${LOOPBACK}:${ports.rest}`,
    grpcUrl: ports.grpc === undefined ? undefined : `http://${LOOPBACK}:${ports.grpc}`,
    statisticsUrl: statisticsUrl(manifest, ports),
    platform,
    engine: describeEngine(requirements, engine, settings),
    pid: guarded.pid,
    batches: () => readBatches(counts),
    /** Resolves when it has ended by itself. */
    ended: guarded.ended.then(
      (output) => new NotRunning('ended', withLastLines(`${platform} ended by itself`, output)),
    ),
    models: served,
    stop,
  };
};
