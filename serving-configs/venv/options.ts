import path from 'node:path';
import { parseArgs } from 'node:util';
import { manifestOf, servingNames, type ServingName } from '../index.ts';
import { DEFAULT_CACHE, readServingName } from '../reference/options.ts';
import { UsageError } from '../reference/usage-error.ts';
import { VENV_ENGINES, type VenvEngine } from './served-model.ts';

export const MAIN_HELP = `Runs the platform of one serving from its packages, on loopback, until SIGTERM.

usage: main.ts --serving ID [options]

  --serving ID        one of ${servingNames.join(', ')}
  --port N            0 for any free one (default: the serving's own)
  --grpc-port N       the same for gRPC (default: any free one with --port, else the serving's own)
  --engine NAME       onnx computes, null answers at once
  --model FILE.onnx   a trained model instead of seeded weights
  --threads N         for one computation (default: 1)
  --cache DIR         where models and packages are kept (default: .cache)
`;

export const SETUP_HELP = `Installs the packages of the servings' platforms into environments of their own.

usage: setup.ts [--servings A,B] [--without E,F] [--cache DIR]

  --servings A,B      of these only (default: all that can run from packages)
  --without E,F       but not these environments, and so none of the servings in them
  --cache DIR         where they go: DIR/venv (default: .cache)
`;

export interface MainOptions {
  readonly serving: ServingName;
  /** 0: any free one. */
  readonly port: number;
  /** Of gRPC, where the serving speaks it. */
  readonly grpcPort: number;
  readonly engine: VenvEngine;
  readonly modelFile?: string;
  readonly threads: number;
  readonly cacheFolder: string;
}

const SEE_HELP = 'see --help';

/** @throws UsageError if the text is not a whole number from `least` to `most`. */
export const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${name} is "${text}"`, `pass a whole number from ${least} to ${most}`);
};

/** @throws UsageError if an option is unknown or lacks its value. */
export const parse = <Options extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(
  args: readonly string[],
  options: Options,
) => {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), SEE_HELP, {
      cause: error,
    });
  }
};

const readEngine = (name: string): VenvEngine => {
  const engine = VENV_ENGINES.find((known) => known === name);
  if (engine !== undefined) return engine;
  throw new UsageError(`no engine "${name}"`, `use one of ${VENV_ENGINES.join(', ')}`);
};

/**
 * Reads the command line of main.ts.
 * @returns `help` where that was asked for.
 * @throws UsageError where it cannot run like that.
 */
export const readMainOptions = (args: readonly string[]): MainOptions | 'help' => {
  const values = parse(args, {
    serving: { type: 'string' },
    port: { type: 'string' },
    'grpc-port': { type: 'string' },
    engine: { type: 'string', default: 'onnx' },
    model: { type: 'string' },
    threads: { type: 'string', default: '1' },
    cache: { type: 'string', default: DEFAULT_CACHE },
    help: { type: 'boolean', default: false },
  } as const);
  if (values.help) return 'help';
  if (values.serving === undefined) {
    throw new UsageError('--serving is missing', `pass one of ${servingNames.join(', ')}`);
  }
  const serving = readServingName(values.serving);
  const engine = readEngine(values.engine);
  if (engine !== 'onnx' && values.model !== undefined) {
    throw new UsageError(`the engine ${engine} takes no --model`, 'use --engine onnx');
  }
  const { rest, grpc } = manifestOf(serving);
  const portOf = (name: string, text: string | undefined, own: number): number =>
    text === undefined ? own : wholeNumber(name, text, 0, 65_535);
  return {
    serving,
    port: portOf('port', values.port, rest.port),
    // Who chooses one port has several servings on a machine, so that the other one would be taken too.
    grpcPort: portOf(
      'grpc-port',
      values['grpc-port'],
      values.port === undefined ? (grpc?.port ?? 0) : 0,
    ),
    engine,
    ...(values.model === undefined ? {} : { modelFile: path.resolve(values.model) }),
    threads: wholeNumber('threads', values.threads, 1, 1024),
    cacheFolder: path.resolve(values.cache),
  };
};

export interface SetupOptions {
  /** Undefined: all. */
  readonly servings?: readonly ServingName[];
  /** Environments that are not installed. */
  readonly without: readonly string[];
  readonly cacheFolder: string;
}

/**
 * Reads the command line of setup.ts.
 * @returns `help` where that was asked for.
 * @throws UsageError where it cannot run like that.
 */
export const readSetupOptions = (args: readonly string[]): SetupOptions | 'help' => {
  const values = parse(args, {
    servings: { type: 'string' },
    without: { type: 'string', default: '' },
    cache: { type: 'string', default: DEFAULT_CACHE },
    help: { type: 'boolean', default: false },
  } as const);
  if (values.help) return 'help';
  return {
    ...(values.servings === undefined
      ? {}
      : { servings: values.servings.split(',').map((name) => readServingName(name.trim())) }),
    without: values.without.split(',').filter((name) => name !== ''),
    cacheFolder: path.resolve(values.cache),
  };
};

/**
 * Reads the command line of list.ts.
 * @throws UsageError where it cannot run like that.
 */
export const readListOptions = (args: readonly string[]): { readonly cacheFolder: string } => {
  const { cache } = parse(args, { cache: { type: 'string', default: DEFAULT_CACHE } } as const);
  return { cacheFolder: path.resolve(cache) };
};
