import path from 'node:path';
import type { ServingName } from '../../index.ts';
import { ACCELERATORS, type Accelerator } from '../../manifest.ts';
import type { Options, ValuesOf } from '../../options/command.ts';
import { readProgram } from '../../options/program.ts';
import { choice, file, folder, integer, list, text } from '../../options/kinds.ts';
import { UsageError } from '../../options/usage-error.ts';
import { cacheOption, servingKind, servingOptions } from '../../reference/options.ts';
import type { ImageChoice } from './image-source.ts';

export const mainCommand = {
  name: 'main.ts',
  description: 'Runs the container of one serving on this machine, on loopback, until SIGTERM.',
  options: {
    serving: servingOptions.serving,
    image: {
      kind: text('IMAGE', 'a reference that names one image'),
      description: 'NAME@sha256:…, or the id of an image',
      required: true,
    },
    models: { kind: folder, description: 'where the models of all platforms lie', required: true },
    accelerator: {
      kind: choice('accelerator', ACCELERATORS),
      description: 'what it computes on',
      required: true,
    },
    port: { kind: integer(0, 65_535), description: '0 for any free one', default: 0 },
    'grpc-port': { kind: integer(0, 65_535), description: 'the same for gRPC', default: 0 },
  },
} as const;

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

/**
 * Reads the command line of main.ts.
 * @throws UsageError where it cannot run like that.
 */
export const readMainOptions = (args: readonly string[]): ContainerOptions => {
  const values = readProgram(mainCommand, args);
  const { serving, image, models, accelerator, port, 'grpc-port': grpcPort } = values;
  return { serving, image, modelsFolder: path.resolve(models), accelerator, port, grpcPort };
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

const sourceOptions = {
  images: { kind: text('JSON', 'JSON'), description: 'images by serving', default: '{}' },
  models: { kind: folder, description: 'models instead of those that the setup builds' },
  config: { kind: file(), description: 'where images and models are from, for hints' },
  cache: cacheOption,
} as const satisfies Options;

const listCommand = {
  name: 'list.ts',
  description: 'Prints which containers can run on this machine.',
  options: sourceOptions,
} as const;

const setupCommand = {
  name: 'setup.ts',
  description: 'Pulls or builds the images of servings, and builds the models that they read.',
  options: {
    ...sourceOptions,
    servings: { kind: list(servingKind), description: 'of these only', required: true },
    weights: { kind: text('WEIGHTS', 'weights'), description: 'what models are built from' },
  },
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
  { images, models, config, cache }: ValuesOf<typeof sourceOptions>,
  env: Readonly<Record<string, string | undefined>>,
): SourceOptions => ({
  choice: {
    images: JSON.parse(images) as ImageChoice['images'],
    registry: registryOf(env),
  },
  modelsFolder: models === undefined ? undefined : path.resolve(models),
  cacheFolder: path.resolve(cache),
  configFile: config,
});

/**
 * Reads the command line of list.ts.
 * @throws UsageError where it cannot run like that.
 */
export const readListOptions = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): SourceOptions => {
  return readSource(readProgram(listCommand, args), env);
};

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
  const values = readProgram(setupCommand, args);
  return { ...readSource(values, env), servings: values.servings, weights: values.weights };
};
