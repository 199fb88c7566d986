/**
 * Pulls or builds the images of servings, and builds their models:
 * `node serving-configs/runtimes/docker/setup.ts --servings A,B`. It keeps everything that exists already. If it cannot prepare a
 * serving, it continues with the others. Prints a list of {@link NotReady} as JSON.
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
import { messageOf, UsageError } from '../../options/usage-error.ts';
import { builtModelsFolder } from './container-models.ts';
import { DockerProblem, findAccelerator } from './docker.ts';
import type { NotReady } from './describe-containers.ts';
import { imageSourceOf, type ImageSource } from './image-source.ts';
import { removeLeftovers } from './leftovers.ts';
import { readSetupOptions, type SetupOptions } from './options.ts';
import { createPrepareImage } from './prepare-image.ts';
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

const isUserFile = (weights: string): boolean => ![PUBLISHED, RANDOM, LITE0].includes(weights);

/** The weights that were requested; otherwise those of the existing models, otherwise the published ones. */
const weightsFor = async (
  { weights: requested, cacheFolder }: SetupOptions,
  output: string,
): Promise<Weights> => {
  const built = (await readRecord(output))?.weights;
  const choice = requested ?? built?.name ?? PUBLISHED;
  if (requested === undefined && built !== undefined && isUserFile(choice)) return built;
  const weights = await chooseWeights(choice, cacheFolder, {
    python: 'python3',
    onProgress: reportTenths(log),
  });
  log(`weights of the models: ${weights.title}`);
  return weights;
};

const IMAGE_IS_READY =
  'its image is ready, which is enough for your own model, but ResNet-50 is not';

const isDaemonGone = (error: unknown): boolean =>
  error instanceof DockerProblem && error.daemonIsGone;

const setUp = async (options: SetupOptions): Promise<readonly NotReady[]> => {
  const { choice, cacheFolder, modelsFolder, weights: requested = PUBLISHED } = options;
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

  const notReady: NotReady[] = [];
  const logged = new Set<string>();
  /** Servings may share an image, and all of them the weights. */
  const logOnce = (line: string): void => {
    if (!logged.has(line)) log(line);
    logged.add(line);
  };
  /** Records a failure that concerns only this serving; any other one aborts the setup. */
  const recordFailure = (serving: ServingName, error: unknown, where = ''): void => {
    if (!(error instanceof UsageError) || isDaemonGone(error)) throw error;
    notReady.push({ serving, reason: `${where}${error.message}`, hint: error.hint });
    logOnce(error.message);
  };

  const output = builtModelsFolder(cacheFolder);
  // In parallel with the images. A wrong file of the user is reported before anything else is done.
  const weights = modelsFolder === undefined ? weightsFor(options, output) : undefined;
  if (isUserFile(requested)) await weights;
  weights?.catch((error: unknown) => logOnce(messageOf(error)));
  // Models are built one after the other, because builds share files and use all cores.
  let models: Promise<unknown> = Promise.resolve();
  const prepareModelOf = (serving: ServingName): Promise<void> => {
    const built = models.then(async () => {
      if (weights === undefined) return;
      const request = { accelerator, weights: await weights, choice, output, prepareImage, log };
      await prepareModels({ ...request, servings: [serving] });
    });
    models = built.catch(() => undefined);
    return built;
  };
  /** Prepares one serving; Docker limits the number of parallel downloads. */
  const prepareServing = async (serving: ServingName, source: ImageSource): Promise<void> => {
    try {
      await prepareImage(source);
    } catch (error) {
      recordFailure(serving, error);
      return;
    }
    await prepareModelOf(serving).catch((error: unknown) =>
      recordFailure(serving, error, `${IMAGE_IS_READY}: `),
    );
  };
  const abortOthers = (error: unknown): never => {
    failed.abort(error);
    throw error;
  };
  const prepared = [...sources].map(([serving, source]) =>
    prepareServing(serving, source).catch(abortOthers),
  );
  await Promise.allSettled(prepared);
  await Promise.all(prepared);
  if (modelsFolder !== undefined) {
    log(`no models are built: "models" in the configuration is ${modelsFolder}`);
  }
  return notReady;
};

const run = async (): Promise<void> => {
  try {
    const notReady = await setUp(readSetupOptions(process.argv.slice(2)));
    process.stdout.write(`${JSON.stringify(notReady)}\n`);
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
