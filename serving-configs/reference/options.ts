import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isServingName, manifestOf, servingNames, type ServingName } from '../index.ts';
import { readDelayOptions, type DelayOptions } from './engines/delay-options.ts';
import { DEFAULT_CACHE } from '../models/default-cache.ts';
import { UsageError } from './usage-error.ts';

const ENGINES = ['onnx', 'null', 'delay'] as const;
export type EngineName = (typeof ENGINES)[number];

export const HELP = `Runs the reference serving: a ResNet-50 behind the protocol of one serving.

usage: main.ts --serving ID [options]

  --serving ID           one of ${servingNames.join(', ')}
  --port N               0 for any free one (default: the serving's own)
  --grpc-port N          the same for gRPC (default: any free one with --port, else the serving's own)
  --host ADDRESS         (default: 127.0.0.1)
  --engine NAME          onnx computes, null answers at once, delay answers after a known time
  --engine-options JSON  latency, failures and faults of the delay engine
  --delay MS             instead of them: each request takes so long, one at a time
  --model FILE.onnx      a trained model instead of seeded weights
  --threads N            for one computation (default: all cores)
  --cache DIR            where the seeded model is kept (default: .cache)
`;

export interface ReferenceOptions {
  readonly serving: ServingName;
  readonly host: string;
  readonly port: number;
  /** Of gRPC, where the serving speaks it. */
  readonly grpcPort: number;
  readonly engine: EngineName;
  /** Of the delay engine. */
  readonly delay?: DelayOptions;
  readonly modelFile?: string;
  readonly threads: number;
  readonly cacheFolder: string;
}

export { DEFAULT_CACHE };

const SEE_HELP = 'see --help';

/** @throws UsageError where it is no engine. */
export const readEngineName = (name: string): EngineName => {
  const engine = ENGINES.find((known) => known === name);
  if (engine !== undefined) return engine;
  throw new UsageError(`no engine "${name}"`, `use one of ${ENGINES.join(', ')}`);
};

/** @throws UsageError where it is no serving. */
export const readServingName = (name: string): ServingName => {
  if (isServingName(name)) return name;
  throw new UsageError(`no serving "${name}"`, `use one of ${servingNames.join(', ')}`);
};

const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${name} is "${text}"`, `pass a whole number from ${least} to ${most}`);
};

/** Who chooses one port has several servings on a machine, so that the other one would be taken too. */
const grpcPortBeside = (port: string | undefined, serving: ServingName): number =>
  port === undefined ? (manifestOf(serving).grpc?.port ?? 0) : 0;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`--engine-options is no JSON: ${text}`, SEE_HELP, { cause: error });
  }
};

/** Like one accelerator that works on one request at a time. */
const oneAtATime = (text: string): DelayOptions =>
  readDelayOptions({
    latency: { kind: 'constant', ms: text.trim() === '' ? Number.NaN : Number(text) },
    capacity: 1,
  });

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        serving: { type: 'string' },
        port: { type: 'string' },
        'grpc-port': { type: 'string' },
        host: { type: 'string', default: '127.0.0.1' },
        engine: { type: 'string', default: 'onnx' },
        'engine-options': { type: 'string' },
        delay: { type: 'string' },
        model: { type: 'string' },
        threads: { type: 'string' },
        cache: { type: 'string', default: DEFAULT_CACHE },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), SEE_HELP, {
      cause: error,
    });
  }
};

/**
 * Reads the command line of the reference serving.
 * @returns `help` where that was asked for.
 * @throws UsageError where it cannot run like that.
 */
export const readOptions = (args: readonly string[]): ReferenceOptions | 'help' => {
  const values = parse(args);
  if (values.help) return 'help';
  if (values.serving === undefined) {
    throw new UsageError('--serving is missing', `pass one of ${servingNames.join(', ')}`);
  }
  const serving = readServingName(values.serving);
  const engine = readEngineName(values.engine);
  const { delay, 'engine-options': engineOptions } = values;
  for (const [name, value] of Object.entries({ 'engine-options': engineOptions, delay })) {
    if (engine === 'delay' || value === undefined) continue;
    throw new UsageError(`the engine ${engine} takes no --${name}`, 'use --engine delay');
  }
  if (delay !== undefined && engineOptions !== undefined) {
    throw new UsageError('--delay and --engine-options exclude each other', SEE_HELP);
  }
  if (engine !== 'onnx' && values.model !== undefined) {
    throw new UsageError(`the engine ${engine} takes no --model`, 'use --engine onnx');
  }
  return {
    serving,
    host: values.host,
    port:
      values.port === undefined
        ? manifestOf(serving).rest.port
        : wholeNumber('port', values.port, 0, 65_535),
    grpcPort:
      values['grpc-port'] === undefined
        ? grpcPortBeside(values.port, serving)
        : wholeNumber('grpc-port', values['grpc-port'], 0, 65_535),
    engine,
    ...(engine === 'delay'
      ? {
          delay:
            delay === undefined
              ? readDelayOptions(parseJson(engineOptions ?? '{}'))
              : oneAtATime(delay),
        }
      : {}),
    ...(values.model === undefined ? {} : { modelFile: path.resolve(values.model) }),
    threads:
      values.threads === undefined
        ? availableParallelism()
        : wholeNumber('threads', values.threads, 1, 1024),
    cacheFolder: path.resolve(values.cache),
  };
};
