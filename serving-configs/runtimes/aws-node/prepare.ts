/**
 * Pulls or builds the images of a serving node, and builds their models; its bootstrap runs this. If a serving cannot be
 * prepared, the reason is recorded and the others continue.
 */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isServingName, servingFactsOf, type ServingName } from '../../index.ts';
import {
  missingModelFiles,
  platformsFolderIn,
  readContainerModels,
} from '../docker/container-models.ts';
import { imageSourceOf } from '../docker/image-source.ts';
import { createPrepareImage } from '../docker/prepare-image.ts';
import { prepareModels } from '../docker/prepare-models.ts';
import { ACCELERATORS, type Accelerator } from '../../manifest.ts';
import { hashFile } from '../../models/build/part-files.ts';
import { reportTenths } from '../../models/fetch-file.ts';
import { withTries } from '../../models/with-tries.ts';
import { chooseWeights } from '../../models/build/weights.ts';
import { CLASSIFIER } from '../../models/model.ts';
import { fail } from '../../options/program.ts';
import { messageOf, UsageError } from '../../options/usage-error.ts';
import { withTimeLimit } from '../../time-limit.ts';
import {
  NODE_MODELS,
  NODE_STATE,
  writePreparedServings,
  type PreparedServing,
} from './prepared-servings.ts';

/** The largest image has about 8 GB, which takes up to ten minutes. A build that takes longer than this is stuck. */
const IMAGE_LIMITS = { timeoutMs: 15 * 60_000, tries: 2 } as const;

const {
  SC_SERVINGS = '',
  SC_IMAGES,
  SC_WEIGHTS,
  SC_REGISTRY,
  SC_ECR_HOSTS,
  SC_MODELS_URL,
} = process.env;
/** Everything together; what is not ready then is left out. The deployment waits for two hours. */
const PREPARE_MINUTES = Number(process.env['SC_PREPARE_MINUTES'] ?? 80);
const hasOwnModels = SC_MODELS_URL !== undefined && SC_MODELS_URL !== '';

const log = (line: string): void => void process.stdout.write(`${line}\n`);

/** Tries of a login: the rights of a new role take some seconds to reach every service. */
const LOGIN_TRIES = 4;
const LOGIN_PAUSE_MS = 5000;

/**
 * Logs Docker in to private registries of Amazon ECR, with the rights of the node. If that fails, so does each pull from there, whose
 * serving then has a reason.
 */
const logInToRegistries = async (hosts: readonly string[]): Promise<void> => {
  for (const host of hosts) {
    const region = host.split('.')[3] ?? '';
    const pipe =
      'set -o pipefail; aws ecr get-login-password --region "$1" | docker login --username AWS --password-stdin "$2"';
    const logIn = async (): Promise<void> => {
      await promisify(execFile)('bash', ['-c', pipe, 'log-in', region, host]);
      log(`logged in to ${host}`);
    };
    await withTries(LOGIN_TRIES, logIn, () => sleep(LOGIN_PAUSE_MS)).catch((error: unknown) => {
      log(`cannot log in to ${host}: ${messageOf(error)}`);
    });
  }
};

const nodeAccelerator = (): Accelerator => {
  const accelerator = ACCELERATORS.find((name) => name === process.env['SC_ACCELERATOR']);
  if (accelerator !== undefined) return accelerator;
  throw new UsageError(
    `SC_ACCELERATOR is "${process.env['SC_ACCELERATOR'] ?? ''}"`,
    'it is set by the user data: deploy again',
  );
};

/** @throws UsageError if the ONNX file that the correct answers are computed with is missing. */
const readModel = async (title: string | undefined) => {
  const { onnx, weights } = await readContainerModels(NODE_MODELS);
  if (onnx === undefined) {
    throw new UsageError(
      `${NODE_MODELS} has no ONNX file`,
      'give the folder that "npm run models" wrote as "models", and deploy again',
    );
  }
  return {
    sha256: await hashFile(onnx),
    weights: title ?? weights?.title ?? 'own models',
    trained: weights?.trained ?? true,
  };
};

/** @param signal aborted at the deadline of everything */
const prepare = async (signal: AbortSignal): Promise<void> => {
  const accelerator = nodeAccelerator();
  const choice = {
    images: JSON.parse(SC_IMAGES ?? '{}') as Partial<Record<ServingName, string>>,
    registry: SC_REGISTRY === '' ? undefined : SC_REGISTRY,
  };
  await logInToRegistries((SC_ECR_HOSTS ?? '').split(',').filter(Boolean));
  const prepareImage = createPrepareImage(log, signal, IMAGE_LIMITS);
  const weights = hasOwnModels
    ? undefined
    : await chooseWeights(SC_WEIGHTS ?? '', path.join(NODE_STATE, 'cache'), {
        classes: CLASSIFIER.labels.names.length,
        python: 'python3',
        onProgress: reportTenths(log),
      });
  // Models are built one after the other while images are pulled, because builds share files and use all cores.
  let models: Promise<unknown> = Promise.resolve();
  const buildModels = (serving: ServingName): Promise<void> => {
    const built = models.then(async () => {
      if (weights === undefined) {
        const [missing] = missingModelFiles(serving, platformsFolderIn(NODE_MODELS));
        if (missing !== undefined) throw new Error(`${missing} is not in the folder of "models"`);
        return;
      }
      signal.throwIfAborted();
      const request = {
        accelerator,
        weights,
        choice,
        output: NODE_MODELS,
        prepareImage,
        log,
        signal,
      };
      await prepareModels({ ...request, model: CLASSIFIER, servings: [serving] });
    });
    models = built.catch(() => undefined);
    return built;
  };
  const prepareServing = async (serving: ServingName): Promise<PreparedServing> => {
    const source = imageSourceOf(serving, accelerator, choice);
    if (source === undefined) {
      return { problem: `${servingFactsOf(serving).title} has no image for the ${accelerator}` };
    }
    let pending = `image ${source.name}`;
    try {
      const { reference: image, standIn } = await prepareImage(source);
      pending = 'model';
      await buildModels(serving);
      return { image, standIn };
    } catch (error) {
      const problem = signal.aborted
        ? `its ${pending} was not ready after ${PREPARE_MINUTES} minutes`
        : messageOf(error);
      log(`${serving} is not available: ${problem}`);
      return { problem };
    }
  };
  const entries = await Promise.all(
    SC_SERVINGS.split(',')
      .filter(isServingName)
      .map(async (serving) => [serving, await prepareServing(serving)] as const),
  );
  const servings = Object.fromEntries(entries);
  if (Object.values(servings).every(({ problem }) => problem !== undefined)) {
    const [first] = Object.values(servings);
    throw new UsageError(`no serving is available: ${first?.problem}`, 'see the lines above');
  }
  writePreparedServings({ accelerator, model: await readModel(weights?.title), servings });
};

withTimeLimit(PREPARE_MINUTES * 60_000, undefined, prepare).catch(fail);
