import path from 'node:path';
import { servingFactsOf, servingNames, type ServingName } from '../../index.ts';
import type { Accelerator } from '../../manifest.ts';
import { defaultCache } from '../../installation.ts';
import type { ModelOrigin } from '../../models/model.ts';
import { shellWord } from '../../options/shell-word.ts';
import {
  builtModelsFolder,
  missingModelFiles,
  readContainerModels,
  problemWithModel,
  type ContainerModels,
} from './container-models.ts';
import { findAccelerator } from './docker.ts';
import { findImage, listImages } from './find-image.ts';
import {
  imageSourceOf,
  namedRegistry,
  registriesOf,
  registryRemedy,
  type ImageChoice,
} from './image-source.ts';

/** The settings for containers in the user's configuration. */
export interface ContainerSources extends Pick<ImageChoice, 'images'> {
  /** Folder with the models of all platforms; undefined means the models that the setup builds. */
  readonly models: string | undefined;
  /** The configuration file that the user named, for hints. */
  readonly configFile?: string | undefined;
}

/** A serving that the setup could not prepare. */
export interface NotReady {
  readonly serving: ServingName;
  readonly reason: string;
  readonly hint: string;
}

const ENGINES: Readonly<Record<Accelerator, string>> = {
  cpu: 'its container on the CPU',
  gpu: 'its container on an NVIDIA GPU',
};

interface Machine {
  readonly accelerator: Accelerator;
  readonly choice: ImageChoice;
  readonly imageNames: readonly string[];
  /** The models that were built for containers; undefined if a model is given instead. */
  readonly models: ContainerModels | undefined;
  readonly sources: ContainerSources;
  readonly model: ModelOrigin;
  readonly signal: AbortSignal;
}

/** What to do with SERVING_COMPARE_REGISTRY if the image of a serving was prepared with another value; else undefined. */
const otherRegistry = (
  serving: ServingName,
  { accelerator, choice, imageNames }: Machine,
): string | undefined => {
  const sourceIn = (registry: string | undefined) =>
    imageSourceOf(serving, accelerator, { ...choice, registry });
  const plain = sourceIn(undefined);
  const registries = plain === undefined ? [] : [undefined, ...registriesOf(plain, imageNames)];
  const other = registries.findIndex((registry) =>
    imageNames.includes(sourceIn(registry)?.name ?? ''),
  );
  return other === -1 ? undefined : registryRemedy(registries[other]);
};

/** Tells whether the container of a serving can run on this machine, and what runs in it. */
const describe = async (serving: ServingName, machine: Machine) => {
  const { accelerator, choice, models, sources, model, signal } = machine;
  const { title, version } = servingFactsOf(serving);
  const problem = problemWithModel(serving, model);
  if (problem !== undefined) return { serving, state: 'impossible', ...problem } as const;
  const source = imageSourceOf(serving, accelerator, choice);
  if (source === undefined) {
    const reason = `${title} has no image for a ${accelerator.toUpperCase()}`;
    return { serving, state: 'impossible', reason } as const;
  }
  const config =
    sources.configFile === undefined ? '' : ` --config ${shellWord(sources.configFile)}`;
  const setupCommand = `npx serving-compare setup --runtime docker${config}`;
  const image = await findImage(source, signal);
  if (image === undefined) {
    const reason = `its image ${source.name} is not on this machine`;
    const remedy = otherRegistry(serving, machine);
    if (remedy !== undefined) {
      const found = `${reason}, but one from another registry is: ${remedy}`;
      return { serving, state: 'not-installed', reason: found } as const;
    }
    return { serving, state: 'not-installed', reason, setupCommand } as const;
  }
  const [missing] = models === undefined ? [] : missingModelFiles(serving, models.folder);
  if (missing !== undefined) {
    // Setup builds no models if the configuration names a folder with models.
    const reason = `${missing} is missing`;
    if (sources.models === undefined) {
      return { serving, state: 'not-installed', reason, setupCommand } as const;
    }
    const remedy =
      'build it into that folder with "npm run models", or remove "models" from the configuration';
    return { serving, state: 'not-installed', reason: `${reason}: ${remedy}` } as const;
  }
  const { reference, sizeBytes, standIn } = image;
  return {
    serving,
    state: 'installed',
    platform: `${title} ${version} in ${source.name}`,
    engine: ENGINES[accelerator],
    real: standIn?.hasRealServer ?? true,
    standIn: standIn?.of,
    note: standIn?.note,
    image: reference,
    imageMiB: Math.round(sizeBytes / 2 ** 20),
    accelerator,
  } as const;
};

/**
 * Tells which containers can run on this machine, in the order of the manifests, and which models were built for them.
 *
 * @throws DockerProblem or UsageError if Docker cannot be queried; the reason of the signal if it is aborted.
 */
export const describeContainers = async (
  sources: ContainerSources,
  model: ModelOrigin,
  signal: AbortSignal,
) => {
  const choice = { images: sources.images, registry: namedRegistry() };
  const accelerator = await findAccelerator(signal);
  const folder =
    sources.models === undefined ? builtModelsFolder(defaultCache()) : path.resolve(sources.models);
  const models = model.kind === 'built' ? await readContainerModels(folder) : undefined;
  const machine = {
    accelerator,
    choice,
    imageNames: await listImages(signal),
    models,
    sources,
    model,
    signal,
  };
  const entries = await Promise.all(servingNames.map((serving) => describe(serving, machine)));
  return { entries, models };
};
