import path from 'node:path';
import { isServingName, servingNames, type ServingName } from '../index.ts';
import { ACCELERATORS, type Accelerator } from '../manifest.ts';
import { DEFAULT_CACHE, readServingName } from '../reference/options.ts';
import { UsageError } from '../reference/usage-error.ts';
import { parse, wholeNumber } from '../venv/options.ts';
import type { ImageChoice } from './image-source.ts';

export const MAIN_HELP = `Runs the container of one serving on this machine, on loopback, until SIGTERM.

usage: main.ts --serving ID --image IMAGE --models DIR --accelerator cpu|gpu [options]

  --serving ID     one of ${servingNames.join(', ')}
  --image IMAGE    reference that names one image: NAME@sha256:…, or the id of an image
  --models DIR     where the models of all platforms lie
  --accelerator A  what it computes on
  --port N         0 for any free one (default: any free one)
  --grpc-port N    the same for gRPC
`;

export interface ContainerOptions {
  readonly serving: ServingName;
  readonly image: string;
  readonly modelsFolder: string;
  readonly accelerator: Accelerator;
  /** 0: any free one. */
  readonly port: number;
  /** Of gRPC, where the serving speaks it. */
  readonly grpcPort: number;
}

const SEE_HELP = 'see --help';

const MOST_PORT = 65_535;

const demanded = (name: string, value: string | undefined): string => {
  if (value !== undefined && value !== '') return value;
  throw new UsageError(`--${name} is missing`, SEE_HELP);
};

const acceleratorOf = (text: string): Accelerator => {
  const accelerator = ACCELERATORS.find((known) => known === text);
  if (accelerator !== undefined) return accelerator;
  throw new UsageError(`--accelerator is "${text}"`, `pass one of ${ACCELERATORS.join(', ')}`);
};

/**
 * Reads the command line of main.ts.
 * @returns `help` where that was asked for.
 * @throws UsageError where it cannot run like that.
 */
export const readMainOptions = (args: readonly string[]): ContainerOptions | 'help' => {
  const values = parse(args, {
    serving: { type: 'string' },
    image: { type: 'string' },
    models: { type: 'string' },
    accelerator: { type: 'string' },
    port: { type: 'string', default: '0' },
    'grpc-port': { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  } as const);
  if (values.help) return 'help';
  return {
    serving: readServingName(demanded('serving', values.serving)),
    image: demanded('image', values.image),
    modelsFolder: path.resolve(demanded('models', values.models)),
    accelerator: acceleratorOf(demanded('accelerator', values.accelerator)),
    port: wholeNumber('port', values.port, 0, MOST_PORT),
    grpcPort: wholeNumber('grpc-port', values['grpc-port'], 0, MOST_PORT),
  };
};

/** What decides which images and models are used. */
export interface SourceOptions {
  readonly choice: ImageChoice;
  /** Undefined: those that the setup builds. */
  readonly modelsFolder: string | undefined;
  readonly cacheFolder: string;
  /** The configuration that images and models are from, where the user named it; for hints. */
  readonly configFile: string | undefined;
}

const sourceSpecs = {
  images: { type: 'string', default: '{}' },
  models: { type: 'string' },
  config: { type: 'string' },
  cache: { type: 'string', default: DEFAULT_CACHE },
} as const;

const REGISTRY = 'SERVING_COMPARE_REGISTRY';

const registryOf = (env: Readonly<Record<string, string | undefined>>): string | undefined => {
  const registry = env[REGISTRY];
  if (registry === undefined || registry === '') return undefined;
  if (/^[^\s/:]+(?::\d+)?(?:\/[^\s:]+)?$/.test(registry)) return registry.replace(/\/$/, '');
  throw new UsageError(
    `${REGISTRY} is "${registry}"`,
    'give a registry, perhaps with a folder: registry.example.com/mirror',
  );
};

const readSource = (
  values: {
    readonly images: string;
    readonly models?: string | undefined;
    readonly config?: string | undefined;
    readonly cache: string;
  },
  env: Readonly<Record<string, string | undefined>>,
): SourceOptions => ({
  choice: {
    images: JSON.parse(values.images) as ImageChoice['images'],
    registry: registryOf(env),
  },
  modelsFolder: values.models === undefined ? undefined : path.resolve(values.models),
  cacheFolder: path.resolve(values.cache),
  configFile: values.config,
});

/**
 * Reads the command line of list.ts.
 * @throws UsageError where it cannot run like that.
 */
export const readListOptions = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): SourceOptions => readSource(parse(args, sourceSpecs), env);

export interface SetupOptions extends SourceOptions {
  readonly servings: readonly ServingName[];
  /** Undefined: those that are there, or the published ones. */
  readonly weights: string | undefined;
}

/**
 * Reads the command line of setup.ts, which the command line tool writes.
 * @throws UsageError where it cannot run like that.
 */
export const readSetupOptions = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): SetupOptions => {
  const values = parse(args, {
    ...sourceSpecs,
    servings: { type: 'string', default: '' },
    weights: { type: 'string' },
  } as const);
  return {
    ...readSource(values, env),
    servings: values.servings.split(',').filter(isServingName),
    weights: values.weights,
  };
};
