import { join, relative, resolve } from 'node:path';
import { manifestOf, servingNames, type ServingName } from '../../../serving-configs/index.ts';
import { PAYLOADS, type Payload } from '../../../serving-configs/manifest.ts';
import { createLiveLine } from '../progress/live-line.ts';
import { contentTypeOf } from '../run/infer.ts';
import { readDataSet } from '../run/data-set.ts';
import { demandFreePort } from '../run/free-ports.ts';
import { whileAlive } from '../run/apparatus.ts';
import { startMiddleware } from '../run/middleware-process.ts';
import { defaultImagesDir } from '../run/project-files.ts';
import { startServing } from '../run/serving-process.ts';
import { howEnded, type Child } from '../run/child.ts';
import { commonOptionSpecs, jsonText, type Command, type CommandContext } from './command.ts';
import { helpTexts } from './help.ts';
import { isInterrupt } from './interrupts.ts';
import { numberOf } from './option-values.ts';
import { demandWords, oneOf, parseCommandLine, usageError } from './usage.ts';

const specs = {
  ...commonOptionSpecs,
  engine: { type: 'string', default: 'onnx' },
  port: { type: 'string', default: '3000' },
  processes: { type: 'string' },
  payload: { type: 'string' },
  images: { type: 'string' },
  model: { type: 'string' },
} as const;

type ServeValues = ReturnType<typeof parseCommandLine<typeof specs>>['values'];

const UPSTREAM_TIMEOUT_MS = 60_000;

const servingOf = (word: string | undefined): ServingName => {
  if (word === undefined) {
    throw usageError('"bench serve" needs a serving', `use one of ${servingNames.join(', ')}`);
  }
  return oneOf('serving', word, servingNames);
};

const payloadOf = (serving: ServingName, word: string | undefined): Payload => {
  const { payloads, defaultPayload } = manifestOf(serving).rest;
  return word === undefined
    ? defaultPayload
    : oneOf(
        `payload of ${serving}`,
        word,
        PAYLOADS.filter((payload) => payloads[payload] !== undefined),
      );
};

/** For a shell: in single quotes, which hold everything but themselves. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const curlLine = (url: string, file: string): string =>
  `curl -H ${quoted(`content-type: ${contentTypeOf(file)}`)} --data-binary ${quoted(`@${file}`)} ${quoted(url)}`;

const statement = (serving: ServingName, trained: boolean, engine: string): string => {
  const what = engine === 'onnx' ? 'ResNet-50 in ONNX Runtime' : `the engine "${engine}"`;
  const weights = trained
    ? 'its weights are trained'
    : 'trained: false, so its classes mean nothing';
  return `Not ${manifestOf(serving).title} itself: ${what} behind its protocol; ${weights}.`;
};

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

const serve = async (
  serving: ServingName,
  values: ServeValues,
  { console, signal }: CommandContext,
): Promise<never> => {
  const engine = oneOf('engine', values.engine, ['onnx', 'null'] as const);
  const port = numberOf('port', values.port, { least: 0, most: 65_535, whole: true });
  const processes =
    values.processes === undefined
      ? undefined
      : numberOf('processes', values.processes, { least: 1, most: 1024, whole: true });
  const payload = payloadOf(serving, values.payload);
  const imagesDir = resolve(values.images ?? defaultImagesDir);
  const [image] = await readDataSet(imagesDir);
  if (port !== 0) await demandFreePort(port);
  const modelFile = values.model === undefined ? undefined : resolve(values.model);
  const children: {
    readonly child: Child;
    readonly code: 'BENCH_SERVING_DIED' | 'BENCH_MIDDLEWARE_DIED';
    readonly name: string;
  }[] = [];
  try {
    if (console.errTerminal === undefined) {
      console.err('starting; the first time the model is built …\n');
    }
    const live = console.errTerminal && createLiveLine(console.err, console.errTerminal.width);
    live?.show('starting; the first time the model is built …');
    const running = await startServing({ serving, engine, port: 0, modelFile }, signal).finally(
      () => live?.clear(),
    );
    children.push({
      child: running.child,
      code: 'BENCH_SERVING_DIED',
      name: manifestOf(serving).title,
    });
    const middleware = await startMiddleware({
      servingUrls: { [serving]: running.urls },
      imagesDir,
      port,
      processes,
      upstreamTimeoutMs: UPSTREAM_TIMEOUT_MS,
      seed: 1,
    });
    children.push({
      child: middleware.child,
      code: 'BENCH_MIDDLEWARE_DIED',
      name: 'the middleware',
    });
    const url = `${middleware.url}/infer/${serving}?payload=${payload}`;
    const curl = curlLine(url, relative(process.cwd(), join(imagesDir, image?.file ?? '')));
    const said = statement(serving, modelFile !== undefined && engine === 'onnx', engine);
    console.out(
      values.json === true
        ? jsonText({ statement: said, serving: running.urls, middleware: middleware.url, curl })
        : [
            said,
            `serving     ${Object.values(running.urls).join('  ')}`,
            `middleware  ${middleware.url}  (${middleware.processes} processes; docs at ${middleware.url}/docs)`,
            '',
            curl,
            '',
          ].join('\n'),
    );
    console.err('Ctrl-C ends both\n');
    const needed = children.map(({ child, ...rest }) => ({ ...rest, ended: howEnded(child) }));
    return await whileAlive(needed, signal, untilAborted);
  } finally {
    await Promise.all(children.map(({ child }) => child.stop()));
  }
};

/** Starts one serving and the middleware before it until Ctrl-C, which is the way to end it and so exits with 0. */
export const serveCommand: Command = async (context) => {
  const { values, positionals } = parseCommandLine(context.args, specs, 'serve');
  if (values.help === true) {
    context.console.out(helpTexts.serve);
    return 0;
  }
  demandWords(positionals, 1, 'serve');
  try {
    return await serve(servingOf(positionals[0]), values, context);
  } catch (error) {
    if (isInterrupt(error)) return 0;
    throw error;
  }
};
