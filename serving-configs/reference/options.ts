import { availableParallelism } from 'node:os';
import path from 'node:path';
import { servingFactsOf, servingNames, type Serving } from '../index.ts';
import { defaultCache } from '../installation.ts';
import { defaultModelFile, readModel, withFiles } from '../models/model.ts';
import type { Options } from '../options/command.ts';
import { serversIn } from '../running-server.ts';
import { readProgram } from '../options/program.ts';
import { choice, file, folder, integer, milliseconds, text } from '../options/kinds.ts';
import type { Kind } from '../options/kinds.ts';
import { object } from '../options/object.ts';
import { SETTING_LIMITS, SINGLE } from '../settings.ts';
import type { DelayOptions } from './engines/delay-options.ts';

const ENGINES = ['onnx', 'noop', 'delay'] as const;

const ownServing = choice('serving', servingNames);

/** A serving, or a running server of the environment that the simulated server replaces. */
const servingKind: Kind<Serving> = {
  ...ownServing,
  read: (name) =>
    serversIn(process.env).find((server) => server.name === name) ?? ownServing.read(name),
};

/** A setting that counts something. */
const countOf = (setting: 'threads' | 'instances' | 'maxBatch') =>
  integer(SETTING_LIMITS[setting].minimum, SETTING_LIMITS[setting].maximum);

const { batchDelayMs: DELAY_LIMITS } = SETTING_LIMITS;

export const cacheOption = {
  kind: folder,
  description: 'folder for models and packages',
  default: defaultCache(),
} as const;

/** The options of every program that runs one serving. */
export const servingOptions = {
  serving: { kind: servingKind, description: 'the serving to run', required: true },
  port: {
    kind: integer(0, 65_535),
    description: 'REST port; 0 picks a free one',
    defaultText: 'the port of the serving',
  },
  'grpc-port': {
    kind: integer(0, 65_535),
    description: 'gRPC port; 0 picks a free one',
    defaultText: 'a free one with --port, else the port of the serving',
  },
  weights: {
    kind: file('FILE.onnx'),
    description: 'an ONNX file of the classifier with trained weights',
    defaultText: 'random weights',
    onlyWith: ['--engine onnx'],
  },
} as const satisfies Options;

export const referenceCommand = {
  name: 'main.ts',
  description: 'Runs the simulated server: a model behind the protocol of one serving.',
  options: {
    ...servingOptions,
    host: {
      kind: text('ADDRESS', 'an address'),
      description: 'the address to listen on',
      default: '127.0.0.1',
    },
    engine: {
      kind: choice('engine', ENGINES),
      description: 'onnx computes, noop answers at once, delay answers after a known time',
      default: 'onnx',
    },
    model: {
      kind: file('FILE.json'),
      description: 'the model to serve, as the runner describes it',
      default: defaultModelFile(),
      defaultText: 'ResNet-50',
    },
    'engine-options': {
      kind: object<DelayOptions>('an object as JSON', () => ({ wrong: () => [] })),
      description: 'latency, failures and faults of the delay engine',
      conflicts: ['delay'],
      onlyWith: ['--engine delay'],
    },
    delay: {
      kind: milliseconds(0, 86_400_000),
      description: 'how long each request takes, one at a time',
      onlyWith: ['--engine delay'],
    },
    'delay-per-input': {
      kind: milliseconds(0, 86_400_000),
      description: 'what each input of a batch adds to that; batches and instances then apply',
      onlyWith: ['--delay'],
    },
    threads: {
      kind: countOf('threads'),
      description: 'threads for one computation',
      defaultText: 'all cores',
    },
    instances: {
      kind: countOf('instances'),
      description: 'batches that are computed at the same time',
      default: SINGLE.instances,
    },
    'max-batch': {
      kind: countOf('maxBatch'),
      description: 'requests that are computed together at most',
      default: SINGLE.maxBatch,
    },
    'batch-delay': {
      kind: milliseconds(DELAY_LIMITS.minimum, DELAY_LIMITS.maximum),
      description: 'how long a request waits for others of its batch',
      default: SINGLE.batchDelayMs,
    },
    cache: cacheOption,
  },
} as const;

/** The ports to listen on. If --port is given, several servings may run on the machine, so gRPC gets a free port too. */
export const portsOf = (values: {
  readonly serving: Serving;
  readonly port: number | undefined;
  readonly 'grpc-port': number | undefined;
}): { readonly port: number; readonly grpcPort: number } => {
  const { rest, grpc } = servingFactsOf(values.serving);
  const { port = rest.port, 'grpc-port': grpcPort } = values;
  return { port, grpcPort: grpcPort ?? (values.port === undefined ? (grpc?.port ?? 0) : 0) };
};

/**
 * Reads the command line of the simulated server.
 * @throws UsageError for invalid arguments.
 */
export const readOptions = (args: readonly string[]) => {
  const values = readProgram(referenceCommand, args);
  const { serving, host, engine, delay: ms, 'engine-options': engineOptions, weights } = values;
  const settings = {
    threads: values.threads ?? availableParallelism(),
    instances: values.instances,
    maxBatch: values['max-batch'],
    batchDelayMs: values['batch-delay'],
  };
  const { 'delay-per-input': perInputMs } = values;
  // Like an accelerator that computes one request, or one batch, at a time.
  const delay: DelayOptions | undefined =
    ms === undefined
      ? engineOptions
      : {
          latency: { kind: 'constant', ms },
          capacity: 1,
          batches: perInputMs === undefined ? undefined : { ...settings, perInputMs },
        };
  return {
    serving,
    host,
    ...portsOf(values),
    engine,
    delay,
    model: withFiles(readModel(path.resolve(values.model)), {
      weights: weights && path.resolve(weights),
    }),
    settings,
    cacheFolder: path.resolve(values.cache),
  };
};
export type ReferenceOptions = ReturnType<typeof readOptions>;
