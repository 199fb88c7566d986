import path from 'node:path';
import { servingFactsOf, type ServingName } from '../../index.ts';
import { readRecord } from '../../models/build/record.ts';
import { defaultCache } from '../../installation.ts';
import { reportTenths } from '../../models/fetch-file.ts';
import {
  chooseWeights,
  LITE0,
  PUBLISHED,
  RANDOM,
  type Weights,
} from '../../models/build/weights.ts';
import type { BuiltModel } from '../../models/model.ts';
import { messageOf, UsageError } from '../../options/usage-error.ts';
import { builtModelsFolder } from './container-models.ts';
import { DockerProblem, findAccelerator } from './docker.ts';
import type { ContainerSources, NotReady } from './describe-containers.ts';
import { imageSourceOf, namedRegistry, type ImageSource } from './image-source.ts';
import { removeLeftovers } from './leftovers.ts';
import { createPrepareImage, type Log } from './prepare-image.ts';
import { prepareModels } from './prepare-models.ts';

const isUserFile = (weights: string): boolean => ![PUBLISHED, RANDOM, LITE0].includes(weights);

/** What to prepare, and from what. */
interface WantedContainers {
  readonly model: BuiltModel;
  readonly servings: readonly ServingName[];
  readonly sources: ContainerSources;
  /** The name or file of the weights; undefined: those of the existing models, or else the published ones. */
  readonly weights: string | undefined;
}

/** The weights that were requested; otherwise those of the existing models, otherwise the published ones. */
const weightsFor = async (
  { weights: requested, model }: WantedContainers,
  output: string,
  log: Log,
  signal: AbortSignal,
): Promise<Weights> => {
  const built = (await readRecord(output))?.weights;
  const choice = requested ?? built?.name ?? PUBLISHED;
  if (requested === undefined && built !== undefined && isUserFile(choice)) return built;
  const weights = await chooseWeights(choice, defaultCache(), {
    classes: model.labels.names.length,
    python: 'python3',
    onProgress: reportTenths(log),
    signal,
  });
  log(`weights of the models: ${weights.title}`);
  return weights;
};

const IMAGE_IS_READY =
  'its image is ready, which is enough for your own model, but ResNet-50 is not';

const isDaemonGone = (error: unknown): boolean =>
  error instanceof DockerProblem && error.code === 'no-daemon';

const prepareContainers = async (
  wanted: WantedContainers,
  log: Log,
  signal: AbortSignal,
): Promise<readonly NotReady[]> => {
  const { model, servings, weights: requested } = wanted;
  const { images, models: ownModels } = wanted.sources;
  const choice = { images, registry: namedRegistry() };
  const accelerator = await findAccelerator(signal);
  await removeLeftovers(() => true);
  log(
    accelerator === 'gpu'
      ? 'Docker has the NVIDIA runtime: containers compute on the GPU'
      : 'Docker has no NVIDIA runtime: containers compute on the CPU',
  );
  const failed = new AbortController();
  const stopping = AbortSignal.any([signal, failed.signal]);
  const prepareImage = createPrepareImage(log, stopping);
  const sources = new Map<ServingName, ImageSource>();
  for (const serving of servings) {
    const source = imageSourceOf(serving, accelerator, choice);
    if (source !== undefined) sources.set(serving, source);
    else log(`${serving}: ${servingFactsOf(serving).title} has no image for the ${accelerator}`);
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

  const output = builtModelsFolder(defaultCache());
  // In parallel with the images. A wrong file of the user is reported before anything else is done.
  const weights = ownModels === undefined ? weightsFor(wanted, output, log, stopping) : undefined;
  if (isUserFile(requested ?? PUBLISHED)) await weights;
  weights?.catch((error: unknown) => {
    if (!stopping.aborted) logOnce(messageOf(error));
  });
  // Models are built one after the other, because builds share files and use all cores.
  let models: Promise<unknown> = Promise.resolve();
  const prepareModelOf = (serving: ServingName): Promise<void> => {
    const built = models.then(async () => {
      if (weights === undefined) return;
      const request = {
        model,
        accelerator,
        weights: await weights,
        choice,
        output,
        prepareImage,
        log,
        signal: stopping,
      };
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
  if (ownModels !== undefined) {
    log(`no models are built: "models" in the configuration is ${path.resolve(ownModels)}`);
  }
  return notReady;
};

/**
 * Pulls or builds the images of servings, and builds their models. It keeps everything that exists already. If it cannot prepare a
 * serving, it continues with the others.
 * @returns the servings that could not be prepared.
 * @throws DockerProblem or UsageError if none can be prepared; the reason of the signal if that was aborted.
 */
export const setUpContainers = async (
  setup: WantedContainers,
  log: Log,
  signal: AbortSignal,
): Promise<readonly NotReady[]> => {
  try {
    return await prepareContainers(setup, log, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    // The next setup discards unfinished files.
    await removeLeftovers(() => true).catch(() => undefined);
    throw signal.reason;
  }
};
