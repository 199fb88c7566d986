/**
 * Pulls or builds the images of servings, and builds the models that they read:
 * `node serving-configs/runtimes/docker/setup.ts --servings A,B`. What is here already stays as it is.
 */
import { manifestOf, type ServingName } from '../../index.ts';
import { readMadeWeights } from '../../models/build/record.ts';
import { UsageError } from '../../options/usage-error.ts';
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

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const stopping = new AbortController();
/** What runs in a container of this process ends with it; what was begun here is thrown away at the next start. */
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

/** The weights that are asked for; else those of the models that are there, else the published ones. */
const weightsFor = async (
  { weights: asked, cacheFolder }: SetupOptions,
  output: string,
): Promise<Weights> => {
  const known = await readMadeWeights(output);
  const choice = asked ?? known?.name ?? PUBLISHED;
  if (asked === undefined && known !== undefined && ![PUBLISHED, RANDOM, LITE0].includes(choice)) {
    const read = (): never => {
      throw new UsageError(
        `the models here are of ${known.title}, whose file is needed again`,
        'name it with --weights, or choose other weights',
      );
    };
    return { ...known, read };
  }
  return chooseWeights(choice, cacheFolder, { python: 'python3', onProgress: reportTenths(say) });
};

/** Prepares images; Docker itself limits how many layers it fetches at once. The first that cannot be had ends the others. */
const allOf = async (
  sources: readonly ImageSource[],
  prepareImage: PrepareImage,
  failed: AbortController,
): Promise<void> => {
  const prepared = sources.map((source) =>
    prepareImage(source).catch((error: unknown) => {
      // What the others then throw is this error, too.
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
  say(
    accelerator === 'gpu'
      ? 'Docker has the NVIDIA runtime: containers compute on the GPU'
      : 'Docker has no NVIDIA runtime: containers compute on the CPU',
  );
  const failed = new AbortController();
  const prepareImage = createPrepareImage(say, AbortSignal.any([signal, failed.signal]));
  const sources = new Map<ServingName, ImageSource>();
  for (const serving of options.servings) {
    const source = imageSourceOf(serving, accelerator, choice);
    if (source !== undefined) sources.set(serving, source);
    else say(`${serving}: ${manifestOf(serving).title} has no image for the ${accelerator}`);
  }
  const images = [...sources.values()];
  if (modelsFolder !== undefined) {
    await allOf(images, prepareImage, failed);
    say(`the models are those of ${modelsFolder}, as "models" of the configuration says`);
    return;
  }
  const output = builtModelsFolder(cacheFolder);
  // Beside the images: weights that cannot be had are known at once.
  const [weights] = await Promise.all([
    weightsFor(options, output).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
    allOf(images, prepareImage, failed),
  ]);
  say(`models of ${weights.title}`);
  await prepareModels({
    servings: [...sources.keys()],
    accelerator,
    weights,
    choice,
    output,
    prepareImage,
    tell: say,
  });
};

const run = async (): Promise<void> => {
  try {
    await setUp(readSetupOptions(process.argv.slice(2)));
  } catch (error) {
    // The signal's handler ends the process.
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
