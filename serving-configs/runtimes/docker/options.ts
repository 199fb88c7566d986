import path from 'node:path';
import { ACCELERATORS } from '../../manifest.ts';
import { readProgram } from '../../options/program.ts';
import { choice, file, folder, integer, list, text } from '../../options/kinds.ts';
import { UsageError } from '../../options/usage-error.ts';
import { cacheOption, servingKind, servingOptions } from '../../reference/options.ts';
import { namedRegistry, type ImageChoice } from './image-source.ts';

const mainCommand = {
  name: 'main.ts',
  description: 'Runs the container of one serving on loopback until SIGTERM.',
  options: {
    serving: servingOptions.serving,
    image: {
      kind: text('IMAGE', 'an exact reference of an image'),
      description: 'NAME@sha256:…, or the id of an image',
      required: true,
    },
    models: { kind: folder, description: 'folder with the models of all platforms' },
    'tensor-model': {
      kind: file('FILE.json'),
      description: "the user's model that FILE.json describes, instead of the default model",
      conflicts: ['models'],
    },
    accelerator: {
      kind: choice('accelerator', ACCELERATORS),
      description: 'the hardware that it computes on',
      required: true,
    },
    port: { kind: integer(0, 65_535), description: '0 for any free one', default: 0 },
    'grpc-port': { kind: integer(0, 65_535), description: 'the same for gRPC', default: 0 },
  },
} as const;

/**
 * Reads the command line of main.ts.
 * @throws UsageError if it is not valid.
 */
export const readMainOptions = (args: readonly string[]) => {
  const {
    models,
    'tensor-model': tensorModelFile,
    'grpc-port': grpcPort,
    ...values
  } = readProgram(mainCommand, args);
  if (tensorModelFile !== undefined) return { ...values, grpcPort, tensorModelFile };
  if (models !== undefined) return { ...values, grpcPort, modelsFolder: path.resolve(models) };
  throw new UsageError(
    'there is no model to serve',
    'give --models DIR or --tensor-model FILE.json',
  );
};
export type ContainerOptions = ReturnType<typeof readMainOptions>;

const setupCommand = {
  name: 'setup.ts',
  description: 'Pulls or builds the images of servings, and builds their models.',
  options: {
    images: { kind: text('JSON', 'JSON'), description: 'images by serving', default: '{}' },
    models: { kind: folder, description: 'folder with models; nothing is built' },
    servings: { kind: list(servingKind), description: 'the servings to set up', required: true },
    weights: { kind: text('WEIGHTS', 'weights'), description: 'the weights of the models' },
    cache: cacheOption,
  },
} as const;

/**
 * Reads the command line of setup.ts, which `serving-compare setup` runs.
 * @throws UsageError if it is not valid.
 */
export const readSetupOptions = (args: readonly string[]) => {
  const { images, models, cache, ...values } = readProgram(setupCommand, args);
  return {
    ...values,
    choice: { images: JSON.parse(images) as ImageChoice['images'], registry: namedRegistry() },
    /** Undefined means that the setup builds the models. */
    modelsFolder: models === undefined ? undefined : path.resolve(models),
    cacheFolder: path.resolve(cache),
  };
};
export type SetupOptions = ReturnType<typeof readSetupOptions>;
