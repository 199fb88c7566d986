import { relative } from 'node:path';
import { manifestOf } from '../../../serving-configs/index.ts';
import type { ServingUrls } from '../../../serving-configs/manifest.ts';
import type { ValuesOf } from '../../../serving-configs/options/command.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { choosePorts } from '../../../serving-configs/runtimes/ports.ts';
import { contentTypeOf } from '../load/load-target.ts';
import type { ServedBy } from '../model/plan.ts';
import { createLiveLine } from '../progress/live-line.ts';
import { classifierSource } from '../run/image-inputs.ts';
import { fetchEncoded } from '../run/encoded-requests.ts';
import { encodeUrl, inferUrl } from '../run/middleware-requests.ts';
import { startMiddleware, type RunningMiddleware } from '../run/middleware-process.ts';
import { whileAlive } from '../run/rig.ts';
import { neededProcesses } from '../run/run-measurement.ts';
import { runtimeOf, weightsTrainedOf } from '../run/servings/slot.ts';
import { counted } from '../wording/format-number.ts';
import { jsonText, type Command, type CommandContext, type Console } from './command.ts';
import { isInterrupt } from './interrupts.ts';
import type { serveOptions } from './options.ts';
import { chooseRunnableServings, listedModel, settingsOfModels } from './runnable-servings.ts';
import { prepareServeInputs, type ServeInputs } from './serve-inputs.ts';

type ServeValues = ValuesOf<typeof serveOptions>;

const UPSTREAM_TIMEOUT_MS = 60_000;
const STARTING = 'starting; the first start builds the model …';

/** The command that sends the example request. A user's model answers in bytes, which curl writes to a file. */
const curlCommand = (url: string, { request, model }: ServeInputs): string => {
  const file = relative(process.cwd(), request);
  return [
    `curl -H ${shellWord(`content-type: ${contentTypeOf(file)}`)}`,
    `--data-binary ${shellWord(`@${file}`)}`,
    ...(model.kind === 'described' ? ['--output answer.tensors'] : []),
    shellWord(url),
  ].join(' ');
};

/** The command that measures the serving as a running server; only for a user's model. */
const measureCommand = async (
  { target, model, request }: ServeInputs,
  middlewareUrl: string,
  { rest, grpc = '' }: ServingUrls,
  signal: AbortSignal,
): Promise<string | undefined> => {
  if (model.kind === 'resnet50') return undefined;
  const { path } = await fetchEncoded(encodeUrl(middlewareUrl, target), request, signal);
  const url = target.protocol === 'grpc' ? grpc.replace('http:', 'grpc:') : `${rest}${path}`;
  const description = relative(process.cwd(), model.user.description);
  return `npx serving-compare run --model ${shellWord(description)} --target mine=${url}`;
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
  const { title } = manifestOf(serving);
  const name = model.kind === 'described' ? model.user.name : weights;
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

const serve = async (
  { serving, engine, runtime = 'simulated', port, processes, config, json }: ServeValues,
  inputs: ServeInputs,
  { console, signal }: CommandContext,
): Promise<never> => {
  const { target, imagesDir, model } = inputs;
  // Throws if the port is taken.
  await choosePorts([port]);
  const { served, models } = await chooseRunnableServings(
    runtime,
    { servings: [serving], engine },
    { config, strict: true, model: listedModel(model) },
    signal,
  );
  const modelFile = model.kind === 'resnet50' ? model.file : undefined;
  const settings = { modelFile, ...settingsOfModels(models, modelFile) };
  const source = model.kind === 'resnet50' ? classifierSource(settings) : model.source;
  const weightsTrained = weightsTrainedOf({ runtime, settings }, [serving]);
  const stops: (() => Promise<void>)[] = [];
  try {
    const clear = showStarting(console);
    const backend = { kind: engine === 'onnx' ? 'model' : engine } as const;
    const running = await runtimeOf({ runtime }, backend)
      .start(
        { name: serving, backend, ports: { rest: 0, grpc: 0 }, served: served?.[serving] },
        source,
        {},
        signal,
      )
      .finally(clear);
    stops.push(running.stop);
    const middleware = await startMiddleware({
      servingUrls: { [serving]: running.urls },
      weightsTrained,
      imagesDir,
      model: source,
      port,
      processes,
      upstreamTimeoutMs: UPSTREAM_TIMEOUT_MS,
      seed: 1,
    });
    stops.push(middleware.stop);
    const trained =
      runtime === 'simulated'
        ? modelFile !== undefined && engine === 'onnx'
        : weightsTrained[serving];
    const weights = [settings.modelTitle ?? [], weightsText(trained)].flat().join(', ');
    const parts = {
      statement: statementOf(inputs, engine, weights, served?.[serving]),
      serving: running.urls,
      middleware,
      curl: curlCommand(inferUrl(middleware.url, target), inputs),
      measure: await measureCommand(inputs, middleware.url, running.urls, signal),
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
export const serveCommand: Command<typeof serveOptions> = async (values, context) => {
  let inputs: ServeInputs | undefined;
  try {
    inputs = await prepareServeInputs(values, context.signal);
    return await serve(values, inputs, context);
  } catch (error) {
    if (isInterrupt(error)) return 0;
    throw error;
  } finally {
    await inputs?.remove();
  }
};
