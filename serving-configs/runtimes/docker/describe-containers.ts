import path from 'node:path';
import { manifestOf, servingNames, type ServingName } from '../../index.ts';
import type { Accelerator } from '../../manifest.ts';
import { defaultCache } from '../../models/built-folder.ts';
import type { ModelFormat } from '../../models/tensors/tensor-model.ts';
import { shellWord } from '../../options/shell-word.ts';
import {
  builtModelsFolder,
  missingModelFiles,
  readContainerModels,
  reasonAgainstModel,
} from './container-models.ts';
import { findAccelerator } from './docker.ts';
import { findImage } from './find-image.ts';
import { imageSourceOf, namedRegistry, type ImageChoice } from './image-source.ts';

/** What the user's configuration says of containers; nothing of it is needed. */
export interface ContainerSources extends Pick<ImageChoice, 'images'> {
  /** Folder with the models of all platforms; undefined: those that the setup builds. */
  readonly models: string | undefined;
  /** The configuration that a user named, for hints. */
  readonly configFile?: string | undefined;
}

const COMPUTES_ON: Readonly<Record<Accelerator, string>> = {
  cpu: 'its container on the CPU',
  gpu: 'its container on an NVIDIA GPU',
};

interface Machine {
  readonly accelerator: Accelerator;
  readonly choice: ImageChoice;
  readonly modelsFolder: string;
  readonly sources: ContainerSources;
  readonly formats: readonly ModelFormat[] | undefined;
  readonly signal: AbortSignal;
}

/** Whether the container of a serving can run here, and what would answer. */
const describe = async (
  serving: ServingName,
  { accelerator, choice, modelsFolder, sources, formats, signal }: Machine,
) => {
  const { title, version } = manifestOf(serving);
  const against = formats && reasonAgainstModel(serving, formats);
  if (against !== undefined) return { serving, state: 'impossible', reason: against } as const;
  const source = imageSourceOf(serving, accelerator, choice);
  if (source === undefined) {
    const reason = `${title} has no image for a ${accelerator.toUpperCase()}`;
    return { serving, state: 'impossible', reason } as const;
  }
  const config =
    sources.configFile === undefined ? '' : ` --config ${shellWord(sources.configFile)}`;
  const setUp = `npx serving-compare setup --runtime docker --servings ${serving}${config}`;
  const image = await findImage(source, signal);
  if (image === undefined) {
    const reason = `its image ${source.name} is not here: ${setUp}`;
    return { serving, state: 'not-installed', reason } as const;
  }
  const [missing] = formats === undefined ? missingModelFiles(serving, modelsFolder) : [];
  if (missing !== undefined) {
    // Setup builds no models for a configuration that names a folder of them.
    const toDo =
      sources.models === undefined
        ? setUp
        : 'build it into that folder with "npm run models", or take "models" out of the configuration';
    return { serving, state: 'not-installed', reason: `${missing} is missing: ${toDo}` } as const;
  }
  const { reference, sizeBytes, standIn } = image;
  return {
    serving,
    state: 'installed',
    platform: `${title} ${version} in ${source.name}`,
    engine: COMPUTES_ON[accelerator],
    real: standIn?.hasRealServer ?? true,
    standIn: standIn?.of,
    note: standIn?.note,
    image: reference,
    imageMiB: Math.round(sizeBytes / 2 ** 20),
    accelerator,
  } as const;
};

/**
 * Which containers can run on this machine, in the order of the manifests, and the models that they read.
 *
 * @param formats What a user's model comes as, which needs none of ours; undefined: ours is served.
 * @throws DockerProblem or UsageError where that cannot be found out; the signal's reason where it was aborted.
 */
export const describeContainers = async (
  sources: ContainerSources,
  formats: readonly ModelFormat[] | undefined,
  signal: AbortSignal,
) => {
  const choice = { images: sources.images, registry: namedRegistry() };
  const accelerator = await findAccelerator(signal);
  const folder =
    sources.models === undefined ? builtModelsFolder(defaultCache()) : path.resolve(sources.models);
  const models = await readContainerModels(folder);
  const machine = { accelerator, choice, modelsFolder: models.folder, sources, formats, signal };
  const entries = await Promise.all(servingNames.map((serving) => describe(serving, machine)));
  return { entries, models };
};
