import { availableParallelism } from 'node:os';
import path from 'node:path';
import { manifestOf, servingNames, type ServingName } from '../index.ts';
import { DEFAULT_CACHE } from '../models/built-folder.ts';
import type { Options } from '../options/command.ts';
import { readProgram } from '../options/program.ts';
import { choice, file, folder, integer, milliseconds, object, text } from '../options/kinds.ts';
import type { DelayOptions } from './engines/delay-options.ts';

const ENGINES = ['onnx', 'noop', 'delay'] as const;
export type EngineName = (typeof ENGINES)[number];

export const servingKind = choice('serving', servingNames);
export const engineKind = choice('engine', ENGINES);

export const cacheOption = {
  kind: folder,
  description: 'where models and packages are kept',
  default: DEFAULT_CACHE,
} as const;

/** The options of whatever runs one serving. */
export const servingOptions = {
  serving: { kind: servingKind, description: 'whose protocol or platform', required: true },
  port: {
    kind: integer(0, 65_535),
    description: '0 for any free one',
    defaultText: "the serving's own",
  },
  'grpc-port': {
    kind: integer(0, 65_535),
    description: 'the same for gRPC',
    defaultText: "any free one with --port, else the serving's own",
  },
  model: {
    kind: file('FILE.onnx'),
    description: 'a trained model',
    defaultText: 'random weights',
    onlyWith: ['--engine onnx'],
  },
} as const satisfies Options;

export const referenceCommand = {
  name: 'main.ts',
  description: 'Runs the simulated server: a ResNet-50 behind the protocol of one serving.',
  options: {
    ...servingOptions,
    host: {
      kind: text('ADDRESS', 'an address'),
      description: 'listens there',
      default: '127.0.0.1',
    },
    engine: {
      kind: engineKind,
      description: 'onnx computes, null answers at once, delay answers after a known time',
      default: 'onnx',
    },
    'engine-options': {
      kind: object<DelayOptions>('JSON', () => undefined),
      description: 'latency, failures and faults of the delay engine',
      conflicts: ['delay'],
      onlyWith: ['--engine delay'],
    },
    delay: {
      kind: milliseconds(0, 86_400_000),
      description: 'each request takes so long, one at a time',
      onlyWith: ['--engine delay'],
    },
    threads: {
      kind: integer(1, 1024),
      description: 'for one computation',
      defaultText: 'all cores',
    },
    cache: cacheOption,
  },
} as const;

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

/** The ports of a serving. Who chooses one has several servings on a machine, so that the other one would be taken too. */
export const portsOf = (values: {
  readonly serving: ServingName;
  readonly port: number | undefined;
  readonly 'grpc-port': number | undefined;
}): { readonly port: number; readonly grpcPort: number } => {
  const { rest, grpc } = manifestOf(values.serving);
  const { port = rest.port, 'grpc-port': grpcPort } = values;
  return { port, grpcPort: grpcPort ?? (values.port === undefined ? (grpc?.port ?? 0) : 0) };
};

/**
 * Reads the command line of the simulated server.
 * @throws UsageError where it cannot run like that.
 */
export const readOptions = (args: readonly string[]): ReferenceOptions => {
  const values = readProgram(referenceCommand, args);
  const { serving, host, engine, delay: ms, 'engine-options': given, model } = values;
  // Like one accelerator that works on one request at a time.
  const delay = ms === undefined ? given : { latency: { kind: 'constant', ms } as const, capacity: 1 };
  return {
    serving,
    host,
    ...portsOf(values),
    engine,
    ...(delay === undefined ? {} : { delay }),
    ...(model === undefined ? {} : { modelFile: path.resolve(model) }),
    threads: values.threads ?? availableParallelism(),
    cacheFolder: path.resolve(values.cache),
  };
};
