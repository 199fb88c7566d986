import { relative } from 'node:path';
import { manifestOf } from '../../../serving-configs/index.ts';
import type { ServingUrls } from '../../../serving-configs/manifest.ts';
import type { ValuesOf } from '../../../serving-configs/options/command.ts';
import { formatsOf } from '../../../serving-configs/models/tensors/tensor-model.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { choosePorts } from '../../../serving-configs/runtimes/ports.ts';
import type { ServedBy } from '../model/plan.ts';
import { counted } from '../wording/format-number.ts';
import { createLiveLine } from '../progress/live-line.ts';
import { contentTypeOf } from '../load/load-target.ts';
import { askForEncoded } from '../run/encoded-requests.ts';
import { encodeUrl, inferUrl } from '../run/infer.ts';
import { whileAlive } from '../run/rig.ts';
import { startMiddleware } from '../run/middleware-process.ts';
import { runtimeSpecOf, weightsTrainedOf } from '../run/serving-launch.ts';
import { startServing } from '../run/serving-process.ts';
import { needed } from '../run/run-measurement.ts';
import { jsonText, type Command, type CommandContext } from './command.ts';
import { isInterrupt } from './interrupts.ts';
import type { serveOptions } from './options.ts';
import { chooseFor, settingsOfModels } from './runtime-option.ts';
import { whatToServe, type ToServe } from './what-to-serve.ts';

type ServeValues = ValuesOf<typeof serveOptions>;

const UPSTREAM_TIMEOUT_MS = 60_000;

const curlLine = (url: string, file: string, saved = ''): string =>
  `curl -H ${shellWord(`content-type: ${contentTypeOf(file)}`)} --data-binary ${shellWord(`@${file}`)} ${saved}${shellWord(url)}`;

const weightsWords = (trained: boolean | undefined): string => {
  if (trained === undefined) return 'whether its weights are trained is unknown';
  return trained ? 'trained weights' : 'weights not trained, so its classes mean nothing';
};

/** What answers, as a sentence: usually not the real server. */
const statement = (
  { target: { serving }, userModel }: ToServe,
  engine: string,
  weights: string,
  served: ServedBy | undefined,
): string => {
  const { title } = manifestOf(serving);
  const model = userModel?.name ?? weights;
  if (served === undefined) {
    const what = engine === 'onnx' ? 'ONNX Runtime' : `the engine "${engine}"`;
    return `Simulated ${title} API, not the real server: ${what}; ${model}.`;
  }
  const { platform, real, note } = served;
  const who = real ? `The real ${title} (${platform})` : `A stand-in for ${title}: ${platform}`;
  const notes = note === undefined ? '' : `; ${note}`;
  return `${who}, computing with ${served.engine}; ${model}${notes}.`;
};

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

/** How a running server of a user's model is measured: with `--target`, at the address where requests go. */
const targetLine = async (
  { target, userModel, request }: ToServe,
  middlewareUrl: string,
  { rest, grpc = '' }: ServingUrls,
  signal: AbortSignal,
): Promise<string | undefined> => {
  if (userModel === undefined) return undefined;
  const { path } = await askForEncoded(encodeUrl(middlewareUrl, target), request, signal);
  const url = target.protocol === 'grpc' ? grpc.replace('http:', 'grpc:') : `${rest}${path}`;
  const description = relative(process.cwd(), userModel.description);
  return `npx serving-compare run --model ${shellWord(description)} --target mine=${url}`;
};

const serve = async (
  values: ServeValues,
  toServe: ToServe,
  { console, signal }: CommandContext,
): Promise<never> => {
  const { serving, engine, runtime = 'simulated', port, processes, config } = values;
  const { target, imagesDir, modelFile, tensorModelFile, userModel } = toServe;
  await choosePorts([port]);
  const wanted = { servings: [serving], engine };
  const { served, models: prepared } = await chooseFor(
    runtime,
    wanted,
    { config, strict: true, ...(userModel && { formats: formatsOf(userModel) }) },
    signal,
  );
  const settings = settingsOfModels(prepared, modelFile);
  const spec = runtimeSpecOf({ runtime, settings, served });
  const weightsTrained = weightsTrainedOf(spec, [serving], modelFile);
  const stops: (() => Promise<void>)[] = [];
  try {
    if (console.errTerminal === undefined) {
      console.err('starting; the first start builds the model …\n');
    }
    const live = console.errTerminal && createLiveLine(console.err, console.errTerminal.width);
    live?.show('starting; the first start builds the model …');
    const [restPort = 0, grpcPort] = await choosePorts([0, 0]);
    const models = { modelFile, tensorModelFile, runtime: spec };
    const request = { serving, engine, port: restPort, grpcPort, ...models };
    const running = await startServing(request, signal).finally(() => live?.clear());
    stops.push(running.stop);
    const middleware = await startMiddleware({
      servingUrls: { [serving]: running.urls },
      weightsTrained,
      imagesDir,
      tensorModelFile,
      port,
      processes,
      upstreamTimeoutMs: UPSTREAM_TIMEOUT_MS,
      seed: 1,
    });
    stops.push(middleware.stop);
    const curl = curlLine(
      inferUrl(middleware.url, target),
      relative(process.cwd(), toServe.request),
      // Bytes, which a terminal does not show.
      userModel === undefined ? '' : '--output answer.tensors ',
    );
    const trained =
      spec.kind === 'simulated'
        ? modelFile !== undefined && engine === 'onnx'
        : weightsTrained[serving];
    const measure = await targetLine(toServe, middleware.url, running.urls, signal);
    const weights = [settings.modelTitle ?? [], weightsWords(trained)].flat().join(', ');
    const statementText = statement(toServe, engine, weights, served?.[serving]);
    console.out(
      values.json
        ? jsonText({
            statement: statementText,
            serving: running.urls,
            middleware: middleware.url,
            curl,
            measure,
          })
        : [
            statementText,
            `serving     ${Object.values(running.urls).join('  ')}`,
            `middleware  ${middleware.url}  (${counted(middleware.processes, 'process', 'processes')}; docs at ${middleware.url}/docs)`,
            '',
            curl,
            ...(measure === undefined ? [] : [measure]),
            '',
          ].join('\n'),
    );
    console.err('Ctrl-C ends both\n');
    return await whileAlive(needed({ serving: running, middleware }, target), signal, untilAborted);
  } finally {
    await Promise.all(stops.map((stop) => stop()));
  }
};

/** Starts one serving and the middleware until Ctrl-C, which ends it with exit code 0. */
export const serveCommand: Command<typeof serveOptions> = async (values, context) => {
  let toServe: ToServe | undefined;
  try {
    toServe = await whatToServe(values, context.signal);
    return await serve(values, toServe, context);
  } catch (error) {
    if (isInterrupt(error)) return 0;
    throw error;
  } finally {
    await toServe?.remove();
  }
};
