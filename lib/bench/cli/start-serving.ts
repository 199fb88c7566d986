import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import {
  endpointOf,
  servingTitle,
  protocolsOf,
  type ServingName,
} from '../../../serving-configs/index.ts';
import { TENSORS, type Protocol, type ServingUrls } from '../../../serving-configs/manifest.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { choosePorts } from '../../../serving-configs/runtimes/ports.ts';
import { contentTypeOf } from '../load/job.ts';
import { BenchError } from '../model/errors.ts';
import type { Target } from '../model/measurement.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import type { LocalRuntime, RunSettings, ServedBy } from '../model/plan.ts';
import { createLiveLine } from '../progress/live-line.ts';
import { fetchEncoded } from '../run/encoded-requests.ts';
import { prepareRequests, type RunRequests } from '../run/inputs.ts';
import { encodeUrl, inferUrl } from '../run/middleware-requests.ts';
import { startMiddleware, type RunningMiddleware } from '../run/middleware-process.ts';
import { defaultModel } from '../run/project-files.ts';
import { whileAlive } from '../run/test-bed.ts';
import { neededProcesses } from '../run/run-measurement.ts';
import { requireServings } from '../run/servings/choose-servings.ts';
import { runtimeOf, weightsTrainedOf } from '../run/servings/system-under-test.ts';
import { tensorTargetsOf } from '../model-file/model-targets.ts';
import type { AnyModel } from '../model-file/described-model.ts';
import { counted } from '../wording/format-number.ts';
import { PROTOCOL_WORDS } from '../wording/labels.ts';
import { jsonText, usageError, type CommandContext, type Console } from './command.ts';
import { isInterrupt } from './interrupts.ts';
import { assertFitsModel, namedFiles, readNamedModel } from './model-option.ts';
import { assertEngine, listHere, settingsOfModels } from './runnable-servings.ts';

/** The options of `serve`. */
interface ServeValues {
  readonly serving: ServingName;
  readonly protocol: Protocol;
  readonly engine: Exclude<PlanOptions['engine'], 'delay'>;
  readonly runtime?: LocalRuntime | undefined;
  readonly port: number;
  readonly processes?: number | undefined;
  readonly config?: string | undefined;
  readonly images?: string | undefined;
  readonly model?: string | undefined;
  readonly json: boolean;
}

/** What `serve` needs: a target, its model, and an example request. */
interface ServeInputs extends Pick<RunRequests, 'dataSetDir' | 'source'> {
  readonly target: Target;
  readonly model: AnyModel;
  /** File with the example request: an image, or a body with named tensors. */
  readonly request: string;
  /** Removes the temporary files. */
  readonly remove: () => Promise<void>;
}

/** The serving with its default payload. @throws BenchError if it does not speak the protocol. */
const imageTarget = ({ serving, protocol }: ServeValues): Target => {
  const endpoint = endpointOf(serving, protocol);
  if (endpoint === undefined) {
    throw usageError(
      `${serving} does not speak ${PROTOCOL_WORDS[protocol]}`,
      `leave --protocol out, or use ${protocolsOf(serving).join(', ')}`,
    );
  }
  const { payloads, defaultPayload: payload } = endpoint;
  return { serving, protocol, payload, encoding: payloads[payload]?.[0] ?? 'raw' };
};

/** @throws BenchError if the serving does not take the model over the protocol. */
const tensorTarget = ({ serving, protocol }: ServeValues, model: AnyModel): Target => {
  const { targets: possible, leftOut } = tensorTargetsOf(model);
  const ofServing = possible.filter((target) => target.serving === serving);
  const match = ofServing.find((target) => target.protocol === protocol);
  if (match !== undefined) return { ...match, payload: TENSORS };
  const protocolWord = PROTOCOL_WORDS[protocol];
  const { reason = `it does not speak ${protocolWord}` } =
    leftOut.find(
      (target) => target.serving === serving && (target.protocol ?? protocol) === protocol,
    ) ?? {};
  const [alternative] = ofServing;
  throw new BenchError(
    'BENCH_NO_TARGET',
    `${serving} cannot take the model "${model.name}" over ${protocolWord}: ${reason}`,
    {
      hint:
        alternative === undefined
          ? `see what can take it: npx serving-compare validate --model ${shellWord(model.description)}`
          : `add --protocol ${alternative.protocol}`,
    },
  );
};

/**
 * Prepares an example request, perhaps in temporary files.
 *
 * @throws BenchError if the inputs or images cannot be used.
 */
const prepareServeInputs = async (
  target: Target,
  model: AnyModel,
  settings: RunSettings,
  signal: AbortSignal,
): Promise<ServeInputs> => {
  const folder = await mkdtemp(join(tmpdir(), 'serving-compare-serve-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const requests = await prepareRequests(folder, model, settings, signal);
    const { imagesDir, images, dataSetDir, source } = requests;
    const request = join(imagesDir, images[0]?.file ?? '');
    return { target, model, dataSetDir, source, request, remove };
  } catch (error) {
    await remove();
    throw error;
  }
};

const UPSTREAM_TIMEOUT_MS = 60_000;
const STARTING = 'starting; the first start builds the model …';

/** The command that measures the serving as a running server. */
const measureCommand = async (
  { target, model, request }: ServeInputs,
  middlewareUrl: string,
  { rest, grpc = '' }: ServingUrls,
  signal: AbortSignal,
): Promise<string> => {
  const { path } = await fetchEncoded(encodeUrl(middlewareUrl, target), request, signal);
  const url = target.protocol === 'grpc' ? grpc.replace('http:', 'grpc:') : `${rest}${path}`;
  const description = relative(process.cwd(), model.description);
  return `npx serving-compare run --model ${shellWord(description)} --target mine=${url}`;
};

/** What `serve` does and tells differently for each kind of model. */
const kinds = {
  built: {
    target: imageTarget,
    title: (_: AnyModel, weights: string) => weights,
    curl: [],
    measure: () => undefined,
  },
  // Its answers are bytes, which curl writes to a file.
  given: {
    target: tensorTarget,
    title: ({ title }: AnyModel) => title,
    curl: ['--output answer.tensors'],
    measure: measureCommand,
  },
};

/** The command that sends the example request. */
const curlCommand = (url: string, { request, model }: ServeInputs): string => {
  const file = relative(process.cwd(), request);
  return [
    `curl -H ${shellWord(`content-type: ${contentTypeOf(file)}`)}`,
    `--data-binary ${shellWord(`@${file}`)}`,
    ...kinds[model.kind].curl,
    shellWord(url),
  ].join(' ');
};

const weightsText = (trained: boolean | undefined): string => {
  if (trained === undefined) return 'whether its weights are trained is unknown';
  return trained ? 'trained weights' : 'weights not trained, so its classes mean nothing';
};

/** Says in a sentence what answers, which usually is not the real server. */
const statementOf = (
  { target: { serving }, model }: ServeInputs,
  engine: string,
  weights: string,
  served: ServedBy | undefined,
): string => {
  const title = servingTitle(serving);
  const name = kinds[model.kind].title(model, weights);
  if (served === undefined) {
    const backend = engine === 'onnx' ? 'ONNX Runtime' : `the engine "${engine}"`;
    return `Simulated ${title} API, not the real server: ${backend}; ${name}.`;
  }
  const { platform, real, note } = served;
  const who = real ? `The real ${title} (${platform})` : `A stand-in for ${title}: ${platform}`;
  const notes = note === undefined ? '' : `; ${note}`;
  return `${who}, computing with ${served.engine}; ${name}${notes}.`;
};

/** What `serve` prints when everything runs. */
interface Running {
  readonly statement: string;
  readonly serving: ServingUrls;
  readonly middleware: RunningMiddleware;
  readonly curl: string;
  readonly measure: string | undefined;
}

const runningText = ({ statement, serving, middleware, curl, measure }: Running): string => {
  const { url, processes } = middleware;
  return [
    statement,
    `serving     ${Object.values(serving).join('  ')}`,
    `middleware  ${url}  (${counted(processes, 'process', 'processes')}; docs at ${url}/docs)`,
    '',
    curl,
    ...(measure === undefined ? [] : [measure]),
    '',
  ].join('\n');
};

const printRunning = (running: Running, json: boolean, console: Console): void => {
  const { middleware, ...texts } = running;
  console.out(json ? jsonText({ ...texts, middleware: middleware.url }) : runningText(running));
  console.err('Ctrl-C ends both\n');
};

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

/** Shows that the serving starts; returns a function that clears it on a terminal. */
const showStarting = ({ err, errTerminal }: Console): (() => void) => {
  if (errTerminal === undefined) {
    err(`${STARTING}\n`);
    return () => undefined;
  }
  const live = createLiveLine(errTerminal);
  live.show(STARTING);
  return () => live.clear();
};

/** What to serve, and with what. @throws BenchError if model, images, protocol or runtime cannot be used. */
const prepare = async (values: ServeValues, signal: AbortSignal) => {
  const { serving, engine, runtime = 'simulated', port, config, images } = values;
  const model = await readNamedModel(values.model ?? defaultModel, signal);
  assertFitsModel(model, { images });
  const target = kinds[model.kind].target(values, model);
  await choosePorts([port]);
  assertEngine(runtime, engine);
  const listed = await listHere(runtime, config, model, signal);
  const { served } = requireServings([serving], runtime, listed?.entries ?? [], config);
  const settings: RunSettings = {
    imagesDir: images && resolve(images),
    ...settingsOfModels(listed?.models, namedFiles(values.model)),
  };
  return { served, settings, inputs: await prepareServeInputs(target, model, settings, signal) };
};

const serve = async (
  { serving, engine, runtime = 'simulated', port, processes, json }: ServeValues,
  { inputs, served, settings }: Awaited<ReturnType<typeof prepare>>,
  { console, signal }: CommandContext,
): Promise<never> => {
  const { target, dataSetDir, model, source } = inputs;
  const weightsTrained = weightsTrainedOf({ runtime, settings }, [serving]);
  const stops: (() => Promise<void>)[] = [];
  try {
    const clear = showStarting(console);
    const backend = { kind: engine === 'onnx' ? 'model' : engine } as const;
    const running = await runtimeOf({ runtime }, backend)
      .start(
        { name: serving, backend, ports: { rest: 0, grpc: 0 }, served: served?.[serving] },
        source,
        undefined,
        signal,
      )
      .finally(clear);
    stops.push(running.stop);
    const middleware = await startMiddleware({
      servers: [],
      servingUrls: { [serving]: running.urls },
      weightsTrained,
      imagesDir: dataSetDir,
      model: source,
      port,
      processes,
      upstreamTimeoutMs: UPSTREAM_TIMEOUT_MS,
      seed: 1,
    });
    stops.push(middleware.stop);
    const trained =
      runtime === 'simulated'
        ? settings.modelFiles !== undefined && engine === 'onnx'
        : weightsTrained[serving];
    const weights = [settings.modelFiles?.title ?? [], weightsText(trained)].flat().join(', ');
    const parts = {
      statement: statementOf(inputs, engine, weights, served?.[serving]),
      serving: running.urls,
      middleware,
      curl: curlCommand(inferUrl(middleware.url, target), inputs),
      measure: await kinds[model.kind].measure(inputs, middleware.url, running.urls, signal),
    };
    printRunning(parts, json, console);
    return await whileAlive(
      neededProcesses({ serving: running, middleware }, target),
      signal,
      untilAborted,
    );
  } finally {
    await Promise.all(stops.map((stop) => stop()));
  }
};

/** Runs one serving and the middleware until Ctrl-C, after which the exit code is 0. */
export const serveUntilInterrupted = async (
  values: ServeValues,
  context: CommandContext,
): Promise<number> => {
  let prepared: Awaited<ReturnType<typeof prepare>> | undefined;
  try {
    prepared = await prepare(values, context.signal);
    return await serve(values, prepared, context);
  } catch (error) {
    if (isInterrupt(error)) return 0;
    throw error;
  } finally {
    await prepared?.inputs.remove();
  }
};
