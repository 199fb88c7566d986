/**
 * Prints which containers can run on this machine, as one JSON document:
 * `node serving-configs/runtimes/docker/list.ts`.
 */
import { manifestOf, servingNames, type ServingName } from '../../index.ts';
import type { Accelerator } from '../../manifest.ts';
import { fail } from '../../options/program.ts';
import { shellWord } from '../../options/shell-word.ts';
import {
  builtModelsFolder,
  missingModelFiles,
  readContainerModels,
  reasonAgainstModel,
  type ContainerModels,
} from './container-models.ts';
import { findAccelerator } from './docker.ts';
import { findImage } from './find-image.ts';
import { imageSourceOf } from './image-source.ts';
import { readListOptions, type ListOptions } from './options.ts';

const COMPUTES_ON: Readonly<Record<Accelerator, string>> = {
  cpu: 'its container on the CPU',
  gpu: 'its container on an NVIDIA GPU',
};

/** Whether the container of a serving can run here, and what would answer. */
const describe = async (
  serving: ServingName,
  accelerator: Accelerator,
  { choice, configFile, modelsFolder, formats }: ListOptions,
  { folder }: ContainerModels,
): Promise<object> => {
  const { title, version } = manifestOf(serving);
  const against = formats && reasonAgainstModel(serving, formats);
  if (against !== undefined) return { serving, state: 'impossible', reason: against };
  const source = imageSourceOf(serving, accelerator, choice);
  if (source === undefined) {
    const reason = `${title} has no image for a ${accelerator.toUpperCase()}`;
    return { serving, state: 'impossible', reason };
  }
  const setUp = `npx serving-compare setup --runtime docker --servings ${serving}${configFile === undefined ? '' : ` --config ${shellWord(configFile)}`}`;
  const image = await findImage(source);
  if (image === undefined) {
    const reason = `its image ${source.name} is not here: ${setUp}`;
    return { serving, state: 'not-installed', reason };
  }
  const [missing] = formats === undefined ? missingModelFiles(serving, folder) : [];
  if (missing !== undefined) {
    // Setup builds no models for a configuration that names a folder of them.
    const toDo =
      modelsFolder === undefined
        ? setUp
        : 'build it into that folder with "npm run models", or take "models" out of the configuration';
    return { serving, state: 'not-installed', reason: `${missing} is missing: ${toDo}` };
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
  };
};

const run = async (): Promise<void> => {
  const options = readListOptions(process.argv.slice(2));
  const { modelsFolder, cacheFolder } = options;
  const accelerator = await findAccelerator();
  const models = await readContainerModels(modelsFolder ?? builtModelsFolder(cacheFolder));
  const servings = await Promise.all(
    servingNames.map((serving) => describe(serving, accelerator, options, models)),
  );
  process.stdout.write(`${JSON.stringify({ models, servings }, null, 2)}\n`);
};

run().catch(fail);
