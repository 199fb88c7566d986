import { join, relative, resolve } from 'node:path';
import {
  endpointOf,
  manifestOf,
  protocolsOf,
  type ServingName,
} from '../../../serving-configs/index.ts';
import type { ValuesOf } from '../../../serving-configs/options/command.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import { choosePorts } from '../../../serving-configs/runtimes/ports.ts';
import type { Target } from '../model/measurement.ts';
import type { ServedBy } from '../model/plan.ts';
import { counted } from '../wording/format-number.ts';
import { PROTOCOL_WORDS } from '../wording/labels.ts';
import { createLiveLine } from '../progress/live-line.ts';
import { contentTypeOf } from '../load/load-target.ts';
import { inferUrl } from '../run/infer.ts';
import { readDataSet } from '../run/data-set.ts';
import { whileAlive } from '../run/rig.ts';
import { startMiddleware } from '../run/middleware-process.ts';
import { defaultImagesDir } from '../run/project-files.ts';
import { runtimeSpecOf, weightsTrainedOf } from '../run/serving-launch.ts';
import { startServing } from '../run/serving-process.ts';
import { howEnded, type Child } from '../run/child.ts';
import { jsonText, usageError, type Command, type CommandContext } from './command.ts';
import { isInterrupt } from './interrupts.ts';
import type { serveOptions } from './options.ts';
import { chooseFor, demandModel, settingsOfModels } from './runtime-option.ts';

type ServeValues = ValuesOf<typeof serveOptions>;

const UPSTREAM_TIMEOUT_MS = 60_000;

/** What the curl line asks for: the route of the protocol, with the serving's own payload. */
const targetOf = ({ serving, protocol }: ServeValues): Target => {
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

const curlLine = (url: string, file: string): string =>
  `curl -H ${shellWord(`content-type: ${contentTypeOf(file)}`)} --data-binary ${shellWord(`@${file}`)} ${shellWord(url)}`;

const weightsWords = (trained: boolean | undefined): string => {
  if (trained === undefined) return 'whether its weights are trained is unknown';
  return trained ? 'trained weights' : 'weights not trained, so its classes mean nothing';
};

/** What answers, as a sentence: usually not the real server. */
const statement = (
  serving: ServingName,
  {
    trained,
    engine,
    modelTitle,
  }: {
    readonly trained: boolean | undefined;
    readonly engine: string;
    readonly modelTitle: string | undefined;
  },
  served: ServedBy | undefined,
): string => {
  const model = modelTitle === undefined ? '' : `${modelTitle}, `;
  const weights = model + weightsWords(trained);
  const { title } = manifestOf(serving);
  if (served === undefined) {
    const what = engine === 'onnx' ? 'ONNX Runtime' : `the engine "${engine}"`;
    return `Simulated ${title} API, not the real server: ${what}; ${weights}.`;
  }
  const { platform, real, note } = served;
  const who = real ? `The real ${title} (${platform})` : `A stand-in for ${title}: ${platform}`;
  const notes = note === undefined ? '' : `; ${note}`;
  return `${who}, computing with ${served.engine}; ${weights}${notes}.`;
};

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

const serve = async (values: ServeValues, { console, signal }: CommandContext): Promise<never> => {
  const { serving, engine, runtime = 'simulated', port, processes } = values;
  const target = targetOf(values);
  const imagesDir = resolve(values.images ?? defaultImagesDir);
  const [image] = await readDataSet(imagesDir);
  await demandModel(values.model);
  await choosePorts([port]);
  const modelFile = values.model === undefined ? undefined : resolve(values.model);
  const { config } = values;
  const meant = { servings: [serving], engine };
  const { served, models } = await chooseFor(runtime, meant, { config, strict: true }, signal);
  const settings = settingsOfModels(models, modelFile);
  const spec = runtimeSpecOf({ runtime, settings, served });
  const weightsTrained = weightsTrainedOf(spec, [serving], modelFile);
  const children: {
    readonly child: Child;
    readonly stop: () => Promise<void>;
    readonly code: 'BENCH_SERVING_DIED' | 'BENCH_MIDDLEWARE_DIED';
    readonly name: string;
  }[] = [];
  try {
    if (console.errTerminal === undefined) {
      console.err('starting; the first time the model is built …\n');
    }
    const live = console.errTerminal && createLiveLine(console.err, console.errTerminal.width);
    live?.show('starting; the first time the model is built …');
    const [restPort = 0, grpcPort] = await choosePorts([0, 0]);
    const request = { serving, engine, port: restPort, grpcPort, modelFile, runtime: spec };
    const running = await startServing(request, signal).finally(() => live?.clear());
    children.push({
      child: running.child,
      stop: running.stop,
      code: 'BENCH_SERVING_DIED',
      name: manifestOf(serving).title,
    });
    const middleware = await startMiddleware({
      servingUrls: { [serving]: running.urls },
      weightsTrained,
      imagesDir,
      port,
      processes,
      upstreamTimeoutMs: UPSTREAM_TIMEOUT_MS,
      seed: 1,
    });
    children.push({
      child: middleware.child,
      stop: middleware.stop,
      code: 'BENCH_MIDDLEWARE_DIED',
      name: 'the middleware',
    });
    const curl = curlLine(
      inferUrl(middleware.url, target),
      relative(process.cwd(), join(imagesDir, image?.file ?? '')),
    );
    const trained =
      spec.kind === 'simulated'
        ? modelFile !== undefined && engine === 'onnx'
        : weightsTrained[serving];
    const said = statement(
      serving,
      { trained, engine, modelTitle: settings.modelTitle },
      served?.[serving],
    );
    console.out(
      values.json
        ? jsonText({ statement: said, serving: running.urls, middleware: middleware.url, curl })
        : [
            said,
            `serving     ${Object.values(running.urls).join('  ')}`,
            `middleware  ${middleware.url}  (${counted(middleware.processes, 'process', 'processes')}; docs at ${middleware.url}/docs)`,
            '',
            curl,
            '',
          ].join('\n'),
    );
    console.err('Ctrl-C ends both\n');
    const needed = children.map(({ child, code, name }) => ({
      code: () => code,
      name,
      ended: howEnded(child),
    }));
    return await whileAlive(needed, signal, untilAborted);
  } finally {
    await Promise.all(children.map(({ stop }) => stop()));
  }
};

/** Starts one serving and the middleware until Ctrl-C, which ends it with exit code 0. */
export const serveCommand: Command<typeof serveOptions> = async (values, context) => {
  try {
    return await serve(values, context);
  } catch (error) {
    if (isInterrupt(error)) return 0;
    throw error;
  }
};
