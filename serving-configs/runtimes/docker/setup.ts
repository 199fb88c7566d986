/**
 * Pulls or builds the images of servings, and builds their models:
 * `node serving-configs/runtimes/docker/setup.ts --servings A,B`. It keeps everything that exists already.
 */
import { manifestOf, type ServingName } from '../../index.ts';
import { readRecord } from '../../models/build/record.ts';
import { reportTenths } from '../../models/fetch-file.ts';
import {
  chooseWeights,
  LITE0,
  PUBLISHED,
  RANDOM,
  type Weights,
} from '../../models/build/weights.ts';
import { fail } from '../../options/program.ts';
import { builtModelsFolder } from './container-models.ts';
import { findAccelerator } from './docker.ts';
import { imageSourceOf, type ImageSource } from './image-source.ts';
import { removeLeftovers } from './leftovers.ts';
import { readSetupOptions, type SetupOptions } from './options.ts';
import { createPrepareImage, type PrepareImage } from './prepare-image.ts';
import { prepareModels } from './prepare-models.ts';

const log = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const stopping = new AbortController();
/** Removes the containers of this process and exits. The next start discards unfinished files. */
const stop = (): void => {
  if (stopping.signal.aborted) return;
  stopping.abort();
  void removeLeftovers()
    .catch(() => undefined)
    .finally(() => process.exit(130));
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.on('disconnect', stop);

/** The weights that were requested; otherwise those of the existing models, otherwise the published ones. */
const weightsFor = async (
  { weights: requested, cacheFolder }: SetupOptions,
  output: string,
): Promise<Weights> => {
  const built = (await readRecord(output))?.weights;
  const choice = requested ?? built?.name ?? PUBLISHED;
  const isUserFile = ![PUBLISHED, RANDOM, LITE0].includes(choice);
  if (requested === undefined && built !== undefined && isUserFile) return built;
  return chooseWeights(choice, cacheFolder, { python: 'python3', onProgress: reportTenths(log) });
};

/** Prepares all images at once; Docker limits the number of parallel downloads. The first failure aborts the others. */
const prepareImages = async (
  sources: readonly ImageSource[],
  prepareImage: PrepareImage,
  failed: AbortController,
): Promise<void> => {
  const prepared = sources.map((source) =>
    prepareImage(source).catch((error: unknown) => {
      // The others then fail with the same error.
      failed.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(prepared);
  await Promise.all(prepared);
};

const setUp = async (options: SetupOptions): Promise<void> => {
  const { choice, cacheFolder, modelsFolder } = options;
  const { signal } = stopping;
  const accelerator = await findAccelerator();
  await removeLeftovers();
  log(
    accelerator === 'gpu'
      ? 'Docker has the NVIDIA runtime: containers compute on the GPU'
      : 'Docker has no NVIDIA runtime: containers compute on the CPU',
  );
  const failed = new AbortController();
  const prepareImage = createPrepareImage(log, AbortSignal.any([signal, failed.signal]));
  const sources = new Map<ServingName, ImageSource>();
  for (const serving of options.servings) {
    const source = imageSourceOf(serving, accelerator, choice);
    if (source !== undefined) sources.set(serving, source);
    else log(`${serving}: ${manifestOf(serving).title} has no image for the ${accelerator}`);
  }
  const images = [...sources.values()];
  if (modelsFolder !== undefined) {
    await prepareImages(images, prepareImage, failed);
    log(`no models are built: "models" in the configuration is ${modelsFolder}`);
    return;
  }
  const output = builtModelsFolder(cacheFolder);
  // In parallel with the images, so that missing weights are reported at once.
  const [weights] = await Promise.all([
    weightsFor(options, output).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
    prepareImages(images, prepareImage, failed),
  ]);
  log(`weights of the models: ${weights.title}`);
  await prepareModels({
    servings: [...sources.keys()],
    accelerator,
    weights,
    choice,
    output,
    prepareImage,
    log,
  });
};

const run = async (): Promise<void> => {
  try {
    await setUp(readSetupOptions(process.argv.slice(2)));
  } catch (error) {
    // The signal handler ends the process.
    if (stopping.signal.aborted) return;
    throw error;
  }
};

run()
  .then(() => {
    process.off('disconnect', stop);
    process.disconnect?.();
  })
  .catch(fail);
